"""What every cache of results must do."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from ccrouter_core.models import (
    CacheEntry,
    CacheKey,
    FileStamp,
    Outcome,
    Provenance,
    Usage,
    new_id,
    utc_now,
)
from ccrouter_core.services import ResultCache

NOW = utc_now()


def key(text: str, *, scope: str = "project", depends: tuple[str, ...] = ()) -> CacheKey:
    """Return a key of a text, depending on files of these paths."""
    stamps = tuple(FileStamp(path=path, size_bytes=1, sha256="0" * 64) for path in depends)
    return CacheKey(scope=scope, digest=hashlib.sha256(text.encode()).hexdigest(), text=text, depends=stamps)


def entry(of: CacheKey, answer: str = "an answer", *, days: float = 1) -> CacheEntry:
    """Return an entry that expires `days` after `NOW`."""
    outcome = Outcome(
        text=answer,
        tier="haiku",
        model="claude-haiku",
        usage=(Usage(model="claude-haiku", input_tokens=10, output_tokens=2),),
        cost_nano_usd=12_345,
        cost_provenance=Provenance.ESTIMATED,
        duration_ms=7,
    )
    return CacheEntry(
        id=new_id("c"), key=of, outcome=outcome, domain="dev", created=NOW, expires=NOW + timedelta(days=days)
    )


class CacheConformance:
    """The laws of `services.ResultCache`. Subclasses bring the fixture `cache`: an empty cache."""

    @pytest.fixture
    def cache(self) -> ResultCache:
        """Return an empty cache; overridden by every subclass."""
        raise NotImplementedError("a subclass of CacheConformance brings the fixture `cache`")

    def test_it_is_a_cache(self, cache: ResultCache) -> None:
        """It has every method of the protocol and starts empty."""
        assert isinstance(cache, ResultCache)
        assert len(cache) == 0

    def test_an_empty_cache_has_no_candidate(self, cache: ResultCache) -> None:
        """A lookup always has a reason, also when there is nothing."""
        found = cache.lookup(key("what is this?"), now=NOW)
        assert (found.reason, found.entry, found.candidate) == ("no-candidate", None, None)

    def test_the_same_request_is_answered_exactly(self, cache: ResultCache) -> None:
        """What was remembered comes back whole: text, tier, usage, cost, domain, dependencies."""
        kept = entry(key("explain a.py", depends=("a.py", "b.py")), "Grüße 世界 🎉\n" * 1000)
        cache.remember(kept)
        found = cache.lookup(kept.key, now=NOW)
        assert found.reason == "exact"
        assert found.entry is not None
        assert found.entry.outcome == kept.outcome
        assert found.entry.domain == kept.domain
        assert sorted(found.entry.key.depends, key=str) == sorted(kept.key.depends, key=str)
        assert found.entry.id == kept.id

    def test_scopes_never_mix(self, cache: ResultCache) -> None:
        """The same text in another scope is another request."""
        cache.remember(entry(key("explain a.py", scope="project:one")))
        assert cache.lookup(key("explain a.py", scope="project:two"), now=NOW).entry is None
        assert cache.lookup(key("explain a.py", scope="project:on"), now=NOW).entry is None

    def test_another_request_is_not_answered(self, cache: ResultCache) -> None:
        """A different digest of an unlike text finds no answer."""
        cache.remember(entry(key("explain how sessions expire in login.py")))
        assert cache.lookup(key("rename 7 figures of chapter three"), now=NOW).entry is None

    def test_an_equal_key_replaces_the_earlier_entry(self, cache: ResultCache) -> None:
        """There is one entry per key: the last one."""
        same = key("explain a.py")
        cache.remember(entry(same, "old"))
        newer = entry(same, "new")
        cache.remember(newer)
        found = cache.lookup(same, now=NOW).entry
        assert len(cache) == 1
        assert found is not None
        assert (found.id, found.outcome.text) == (newer.id, "new")

    def test_forget_removes_one_entry(self, cache: ResultCache) -> None:
        """Forgetting says whether there was one, and touches no other."""
        first, second = entry(key("explain a.py")), entry(key("list the open issues"))
        cache.remember(first)
        cache.remember(second)
        assert cache.forget(first.id) is True
        assert cache.forget(first.id) is False
        assert cache.lookup(first.key, now=NOW).entry is None
        assert cache.lookup(second.key, now=NOW).reason == "exact"

    def test_invalidate_removes_exactly_the_dependants(self, cache: ResultCache) -> None:
        """Only entries that depend on a named path go; names that merely look alike stay."""
        depends = {
            "one": ("src/a.py",),
            "two": ("src/b.py", "src/a.py"),
            "three": ("src/aa.py", "a.py", "old/src/a.py"),
            "four": (),
        }
        for text, paths in depends.items():
            cache.remember(entry(key(text, depends=paths)))
        assert cache.invalidate(["src/a.py", "unknown.py"]) == 2
        left = {
            text for text, paths in depends.items() if cache.lookup(key(text, depends=paths), now=NOW).entry
        }
        assert left == {"three", "four"}
        assert cache.invalidate([]) == 0
        assert len(cache) == 2

    def test_an_expired_entry_never_answers(self, cache: ResultCache) -> None:
        """From the moment of expiry on it is no answer, cleaned up or not."""
        kept = entry(key("explain a.py"), days=1)
        cache.remember(kept)
        assert cache.lookup(kept.key, now=NOW + timedelta(hours=23)).reason == "exact"
        for later in (timedelta(days=1), timedelta(days=400)):
            found = cache.lookup(kept.key, now=NOW + later)
            assert found.entry is None
            assert found.reason in {"expired", "no-candidate"}

    def test_cleanup_removes_what_expired(self, cache: ResultCache) -> None:
        """Cleaning up says how many it removed and leaves what is valid."""
        short, long = entry(key("short"), days=1), entry(key("long"), days=3)
        cache.remember(short)
        cache.remember(long)
        assert cache.cleanup(now=NOW) == 0
        assert cache.cleanup(now=NOW + timedelta(days=2)) == 1
        assert len(cache) == 1
        assert cache.lookup(long.key, now=NOW + timedelta(days=2)).reason == "exact"
