"""No secret reaches a store: neither whole nor in pieces, in whatever field of whatever document it stands."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccrouter_core.keeping import ScrubbedStore
from ccrouter_core.redact import redact
from ccrouter_core.scrub import is_name, knowing, marks, scrubbed
from ccrouter_core.testing import MemoryStore, StoreConformance

KEY = "sk-" + "ant-api03-abcDEF_123-xyz"
FRAGMENTS = [
    KEY,
    KEY[:12],
    KEY[12:],
    "password",
    "=",
    ": ",
    "hunter2",
    "--token ",
    "jo@example.org",
    "(",
    "\n",
    " ",
    "x",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=12,
)


class TestDocuments:
    @pytest.mark.parametrize(
        "wrap", [lambda text: text, lambda text: [text], lambda text: {"a": {"b": (text,)}}]
    )
    def test_every_text_is_redacted_wherever_it_stands(self, wrap):
        """A walk, not a list of fields: at any depth, in lists and tables."""
        assert KEY not in repr(scrubbed(wrap(f"delete {KEY} now")))
        assert "delete [redacted:anthropic_key] now" in repr(scrubbed(wrap(f"delete {KEY} now")))

    def test_the_keys_of_tables_are_texts_too(self):
        """A file named after a secret is a key in a listing."""
        assert KEY not in repr(scrubbed({KEY: 1}))

    @given(JSON)
    def test_what_holds_no_secret_stays_as_it_is(self, document):
        """Numbers, truth values and ordinary texts are not touched."""
        if redact(repr(document)) == repr(document):
            assert scrubbed(document) == document

    @given(st.lists(st.lists(st.sampled_from(FRAGMENTS), max_size=5).map("".join), max_size=4))
    def test_each_text_is_judged_by_itself(self, texts):
        """That all texts are looked at together first changes nothing for any of them."""
        assert scrubbed(texts) == [redact(text) for text in texts]


class TestKnowing:
    @pytest.mark.parametrize("piece", [KEY, KEY[:9], KEY[-9:], KEY[5:14], KEY.upper(), f"'{KEY[:12]}…'"])
    def test_a_piece_of_a_known_secret_is_one(self, piece):
        """A quotation that was cut, in other letters or without its announcing word, gives nothing away."""
        with knowing(f"store {KEY} somewhere"):
            found = scrubbed(f"it deletes {piece} for good")
        assert found.startswith("it deletes ")
        assert found.endswith(" for good")
        assert not [KEY[n : n + 8] for n in range(len(KEY) - 7) if KEY[n : n + 8].lower() in found.lower()]

    def test_a_value_without_its_name_is_known_by_the_request(self):
        """What only the words before it show to be a secret is one where these words are missing."""
        with knowing("connect with password=hunter2"):
            assert scrubbed({"reason": "drops 'hunter2'", "words": ["hunter2"]}) == {
                "reason": "drops '[redacted:password]'",
                "words": ["[redacted:password]"],
            }
        assert scrubbed("drops 'hunter2'") == "drops 'hunter2'"

    def test_a_short_number_does_not_spoil_names(self):
        """A password of four digits is part of many moments and ids."""
        document = {"at": "2025-06-02T20:25:00.202500+00:00", "id": "r-20256"}
        with knowing("the password is 2025"):
            assert scrubbed(document) == document
            assert scrubbed("it says 2025.") == "it says [redacted:password]."

    def test_it_ends_with_the_block_and_adds_to_an_outer_one(self):
        """What an outer block knows is known inside; what the inner one knows is forgotten after it."""
        with knowing("password=hunter2"):
            with knowing("password=sesame9"):
                assert "hunter2" not in scrubbed("hunter2, sesame9")
                assert "sesame9" not in scrubbed("hunter2, sesame9")
            assert scrubbed("hunter2, sesame9") == "[redacted:password], sesame9"

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_scrubbing_twice_changes_nothing(self, before, after):
        """Marks are no secrets."""
        text = f"{before} {KEY} {after}"
        with knowing(text):
            once = scrubbed(text)
            assert scrubbed(once) == once
            assert [kind for kind, *_ in marks(once)] == []

    def test_time_is_linear(self):
        """A long text full of secrets takes a small multiple of the time of half of it."""

        def cost(count: int) -> float:
            text = " ".join(f"user{n}@example.com password=secret{n}" for n in range(count))
            started = time.process_time()
            with knowing(text):
                scrubbed([text, text])
            return time.process_time() - started

        def least(count: int) -> float:  # a collection of the whole process's garbage is not ours
            return min(cost(count) for _ in range(3))

        cost(10)
        assert least(2000) < 6 * least(500) + 0.05


@pytest.mark.parametrize(
    "text", ["haiku", "r-1f", "2025-06-02T12:00:00.123+00:00", "core.refusal", "claude-haiku-5-5"]
)
def test_names_are_single_words(text):
    """Ids, moments, tiers, checks and models are names; sentences, paths and quotations are not."""
    assert is_name(text)
    assert not is_name(f"{text} x")
    assert not is_name(f"x/{text}")
    assert not is_name(f"'{text}'")


class TestScrubbedStore(StoreConformance):
    """The door is a store itself, by the same suite."""

    @pytest.fixture
    def store(self):
        """Return an empty store behind the door."""
        return ScrubbedStore(MemoryStore())


def test_a_key_that_is_a_secret_is_found_again_and_not_kept():
    """Sessions and ids come from outside; one that holds a secret has a name made of its digest."""
    inner = MemoryStore()
    area = ScrubbedStore(inner).state
    area.put("sessions", KEY, {"text": KEY})
    area.append("log", {"text": KEY}, id=KEY)
    assert area.get("sessions", KEY) == {"text": "[redacted:anthropic_key]"}
    assert area.append("log", {}, id=KEY) == 1
    assert KEY not in repr(inner.state.dump())
    assert area.delete("sessions", KEY)


def test_the_location_shows_no_password():
    """A store on a server is opened under an address that names the user and the password."""
    store = ScrubbedStore(MemoryStore(location="postgresql://u:secretpw@h/db"))
    assert store.location == "postgresql://[redacted:url_credentials]@h/db"
