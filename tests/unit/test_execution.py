"""One attempt: repeated when that may help, bounded in time and money, ended with whoever waits for it."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve

from ccrouter_core import (
    Action,
    Admit,
    Decision,
    FailureKind,
    Outcome,
    Request,
    RequestLimits,
    Status,
    Verdict,
    hookimpl,
    laws,
    plugin,
)
from ccrouter_core.errors import UsageError
from ccrouter_core.execution import inside
from ccrouter_core.models import Event, Failure, Ladder, Prices, Tier, Usage, utc_now
from ccrouter_core.services import Cancel
from ccrouter_core.settings import Settings, default_ladder
from ccrouter_core.testing import MemoryQueue, Reply, ScriptedExecutor
from ccrouter_core.workspaces import open_workspace

EDIT = "Fix the typo in a.txt"


@plugin
class Lowest:
    """Routes to the bottom, judges as it is told, and keeps a queue."""

    status: Status = Status.PASS

    @hookimpl
    def ccrouter_route(self):
        """Say haiku."""
        return Decision(action=Action.ROUTE, tier="haiku", agent="haiku-general")

    @hookimpl
    def ccrouter_validate(self):
        """Judge."""
        return Verdict(check="test.check", status=self.status, reason="because")

    @hookimpl
    def ccrouter_open_queue(self, runtime):
        """Give a queue."""
        return MemoryQueue(runtime.clock)


@plugin
class Brings:
    """Brings an executor."""

    executor: object

    @hookimpl
    def ccrouter_executors(self):
        """Bring it."""
        return self.executor


def refused(kind: FailureKind = FailureKind.RATE_LIMITED, *, opens_s: float = 0.0, **changes) -> Outcome:
    """Return what an executor says that the service refused; it opens again after so many seconds."""
    error = Failure(kind=kind, message="no room", resets_at=utc_now() + timedelta(seconds=opens_s))
    return evolve(Outcome(text="", tier="haiku", cost_nano_usd=0, error=error), **changes)


@pytest.fixture
def ask(tmp_path):
    """Return a function that makes a request in a small project, with limits."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.txt").write_text("teh text\n")
    return lambda text="explain a.txt", **limits: Request(
        text=text, cwd=str(project), limits=RequestLimits(**limits)
    )


# --- tries -----------------------------------------------------------------------------------------------------


def test_what_passes_by_itself_is_tried_three_times(router, scripted_executor, ask) -> None:
    """Two refusals and an answer are one attempt that passed; the person is told that it waits."""
    signs = []
    opened = router(Lowest(), replies=[refused(), refused(), "here it is"])
    answer = opened.handle(ask(), progress=signs.append)
    assert (laws.state_of(answer), len(answer.attempts)) == ("passed", 1)
    assert len(scripted_executor.jobs) == 3
    waits = [sign.text for sign in signs if not isinstance(sign, Event) and sign.kind == "rate_limit"]
    assert len(waits) == 2
    assert all(text.startswith("again in ") for text in waits)


def test_the_fourth_time_is_never(router, scripted_executor, ask) -> None:
    """A service without room ends the attempt, and nothing climbs."""
    answer = router(Lowest(), replies=[refused()] * 9).handle(ask())
    assert answer.outcome.error.kind is FailureKind.RATE_LIMITED
    assert len(scripted_executor.jobs) == 3


def test_the_service_says_how_long_to_wait(router, scripted_executor, ask) -> None:
    """Its word counts, not our usual second; the jitter comes on top, so that not all come back at once."""
    opened = router(Lowest(), replies=[refused(opens_s=2.5), "here it is"])
    began = time.monotonic()
    assert laws.state_of(opened.handle(ask())) == "passed"
    assert 2.3 < time.monotonic() - began < 6


@pytest.mark.parametrize(
    "reply",
    [
        refused(text="half of it"),
        refused(usage=(Usage(model="haiku", output_tokens=9),)),
        refused(FailureKind.API),
        refused(FailureKind.CRASHED),
        refused(FailureKind.TIMEOUT),
    ],
    ids=["text", "usage", "api", "crashed", "timeout"],
)
def test_what_a_model_began_is_not_done_twice(router, scripted_executor, ask, reply: Outcome) -> None:
    """Only a refusal before any work is harmless to repeat."""
    router(Lowest(), replies=[reply] * 3).handle(ask())
    assert len(scripted_executor.jobs) == 1


def test_an_executor_that_retries_is_not_retried(router, ask) -> None:
    """Two loops around each other would multiply the tries."""

    class Patient(ScriptedExecutor):
        """Says that it repeats by itself."""

        def capabilities(self):
            """Say so."""
            return evolve(super().capabilities(), retries=True)

    patient = Patient(name="patient", replies=[refused()] * 3)

    opened = router(Lowest(), Brings(executor=patient), settings=Settings(ladder=default_ladder("patient")))
    opened.handle(ask())
    assert len(patient.jobs) == 1


def test_what_every_try_cost_is_in_the_total(router, scripted_executor, ask) -> None:
    """A refusal that the service billed is not forgotten, and each try gets what the ones before left."""
    limits = []

    def refuse(job, cost=10**9):
        return refused(cost_nano_usd=cost)

    class Noted(ScriptedExecutor):
        """Notes what each try may cost."""

        def start(self, job, bounds, cancel):
            """Note it."""
            limits.append(bounds.max_cost_nano_usd)
            return super().start(job, bounds, cancel)

    executor = Noted(name="noted", replies=[refuse, refuse, Reply(text="here it is", cost_nano_usd=5)])
    opened = router(Lowest(), Brings(executor=executor), settings=Settings(ladder=default_ladder("noted")))
    answer = opened.handle(ask(max_cost_nano_usd=3 * 10**9))
    assert (laws.state_of(answer), len(answer.attempts)) == ("passed", 1)
    assert answer.total_cost_nano_usd == 2 * 10**9 + 5
    assert limits == [3 * 10**9, 2 * 10**9, 10**9]


def test_tries_end_with_the_budget(router, scripted_executor, ask) -> None:
    """What was spent on refusals is spent: without anything left there is no other try."""
    opened = router(Lowest(), replies=[refused(cost_nano_usd=7)] * 3)
    answer = opened.handle(ask(max_cost_nano_usd=10))
    assert answer.total_cost_nano_usd == 14
    assert len(scripted_executor.jobs) == 2


def test_a_refusal_of_unknown_cost_is_not_repeated_within_a_budget(router, scripted_executor, ask) -> None:
    """It may have used all of it up."""
    answer = router(Lowest(), replies=[refused(cost_nano_usd=None)] * 3).handle(ask(max_cost_nano_usd=10**12))
    assert (len(scripted_executor.jobs), answer.total_cost_nano_usd) == (1, None)


def test_a_job_that_may_write_runs_once(router, ask, tmp_path) -> None:
    """Whether it did something before it was refused cannot be told, so nothing is done twice in one folder."""

    class Edits(ScriptedExecutor):
        """Edits, and is refused then."""

        def start(self, job, limits, cancel):
            """Edit first."""
            (Path(job.cwd) / "a.txt").write_text("half done\n")
            return super().start(job, limits, cancel)

    executor = Edits(name="edits", replies=[refused(), "never"])
    opened = router(Lowest(), Brings(executor=executor), settings=Settings(ladder=default_ladder("edits")))
    answer = opened.handle(ask(EDIT))
    assert (len(executor.jobs), answer.outcome.error.kind) == (1, FailureKind.RATE_LIMITED)
    assert (tmp_path / "project/a.txt").read_text() == "teh text\n"


# --- deadline --------------------------------------------------------------------------------------------------


def test_no_try_starts_past_the_deadline(router, scripted_executor, ask) -> None:
    """A wait that would end past it does not even begin."""
    opened = router(Lowest(), replies=[refused(opens_s=30)] * 3)
    began = time.monotonic()
    answer = opened.handle(ask(deadline=utc_now() + timedelta(seconds=10)))
    assert time.monotonic() - began < 5
    assert answer.outcome.error.kind is FailureKind.RATE_LIMITED
    assert len(scripted_executor.jobs) == 1


def test_the_deadline_ends_what_runs(router, ask) -> None:
    """A job is bounded by what is left, also when nobody holds a cancel token."""
    opened = router(Lowest(), replies=[Reply(text="working", delay_ms=60_000)])
    began = time.monotonic()
    answer = opened.handle(ask(deadline=utc_now() + timedelta(seconds=0.5)))
    assert time.monotonic() - began < 5
    assert answer.outcome.error == Failure(
        kind=FailureKind.TIMEOUT, message="the deadline of the request (--timeout) is over"
    )
    assert answer.outcome.text == "working"


def test_nothing_climbs_past_the_deadline(router, scripted_executor, fixed_clock, ask) -> None:
    """What failed late is told as failed, with what it cost."""

    @plugin
    class Slow:
        """A check that takes an hour."""

        @hookimpl
        def ccrouter_validate(self):
            """Fail, late."""
            fixed_clock.advance(seconds=3600)
            return Verdict(check="test.slow", status=Status.FAIL, reason="because")

    opened = router(
        Lowest(), Slow(), clock=fixed_clock, replies=[Reply(text="bad", cost_nano_usd=7), "never"]
    )
    answer = opened.handle(ask(deadline=fixed_clock.now() + timedelta(seconds=60)))
    assert (laws.state_of(answer), answer.total_cost_nano_usd) == ("failed", 7)
    assert answer.outcome.notes == ("No other tier was tried: the deadline is over.",)
    assert len(scripted_executor.jobs) == 1


def test_a_request_past_its_deadline_costs_nothing(router, scripted_executor, ask) -> None:
    """It is not started, and the error says why."""
    answer = router(Lowest(), replies=["x"]).handle(ask(deadline=utc_now() - timedelta(seconds=1)))
    assert (answer.outcome.error.kind, answer.total_cost_nano_usd) == (FailureKind.TIMEOUT, 0)
    assert scripted_executor.jobs == ()


# --- quota and budget ------------------------------------------------------------------------------------------


def test_a_used_up_quota_is_rescheduled_and_not_retried(router, scripted_executor, ask) -> None:
    """The request waits in the queue until the window opens; nothing climbs to a tier that has room."""
    reply = refused(FailureKind.QUOTA, opens_s=3600)
    opened = router(Lowest(), replies=[reply] * 3)
    answer = opened.handle(ask())
    assert (laws.state_of(answer), answer.admission.verdict) == ("defer", Admit.DEFER)
    (item,) = opened.runtime.queue.items()
    assert (item.id, item.not_before) == (answer.item.id, reply.error.resets_at)
    assert item.request.text == "explain a.txt"
    assert len(scripted_executor.jobs) == 1


def test_a_budget_is_for_all_attempts_together(router, scripted_executor, ask) -> None:
    """The second tier gets what the first left, and the third is not asked once nothing is left."""
    replies = [Reply(text="bad", cost_nano_usd=3), Reply(text="bad", cost_nano_usd=3), Reply(text="never")]
    failing = Lowest(status=Status.FAIL)
    answer = router(failing, replies=replies).handle(ask(max_cost_nano_usd=5))
    assert answer.outcome.error.kind is FailureKind.BUDGET
    assert len(scripted_executor.jobs) == 2
    exact = router(failing, replies=[Reply(text="bad", cost_nano_usd=5)] * 2).handle(ask(max_cost_nano_usd=5))
    assert (laws.state_of(exact), len(exact.attempts)) == ("failed", 1)
    assert exact.outcome.notes == ("No other tier was tried: nothing is left of the budget.",)


def test_an_unknown_cost_uses_up_the_budget(router, scripted_executor, ask) -> None:
    """What cannot be counted must not be spent again."""
    opened = router(Lowest(status=Status.FAIL), replies=["bad"] * 3)
    answer = opened.handle(ask(max_cost_nano_usd=10**12))
    assert (len(scripted_executor.jobs), answer.total_cost_nano_usd) == (1, None)


class Boundless(ScriptedExecutor):
    """Says that it cannot stop at a bound."""

    def capabilities(self):
        """Say so."""
        return evolve(super().capabilities(), budget=False)


@pytest.mark.parametrize(
    ("prices", "left", "starts"),
    [
        (Prices(input=1.0, output=5.0), 100_000, False),
        (Prices(input=1.0, output=5.0), 10**9, True),
        (Prices(), 1, True),
        (Prices(), 0, True),
        (None, 10**12, False),
    ],
    ids=["too dear", "affordable", "free", "free, nothing left", "no prices"],
)
def test_what_cannot_stop_at_a_bound_starts_only_when_it_is_expected_to_fit(
    router, ask, prices: Prices | None, left: int, *, starts: bool
) -> None:
    """The price of the tier and the size of the prompt are compared with what is left, before anything is paid."""
    executor = Boundless(name="boundless", replies=[Reply(text="x", cost_nano_usd=0)])
    tier = Tier(name="haiku", rank=0, model="haiku", executor="boundless", prices=prices)
    opened = router(Lowest(), Brings(executor=executor), settings=Settings(ladder=Ladder((tier,))))
    answer = opened.handle(ask(max_cost_nano_usd=left))
    assert len(executor.jobs) == starts
    if not starts:
        assert (answer.outcome.error.kind, answer.total_cost_nano_usd) == (FailureKind.BUDGET, 0)
        assert "boundless cannot stop at a bound" in answer.outcome.error.message


# --- ending it -------------------------------------------------------------------------------------------------


def test_cancel_ends_the_waiting_for_another_try(router, scripted_executor, ask) -> None:
    """Nobody who stops waits for a service to have room."""
    cancel = Cancel()
    opened = router(Lowest(), replies=[refused(opens_s=60), "never"])
    timer = threading.Timer(0.3, cancel.cancel)
    timer.start()
    began = time.monotonic()
    answer = opened.handle(ask(), cancel=cancel)
    timer.join()
    assert time.monotonic() - began < 5
    assert (answer.outcome.error.kind, answer.outcome.text) == (FailureKind.ABORTED, "")


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_ends_the_job_before_its_workspace_goes(
    router, scripted_executor, ask, interrupt: type[BaseException]
) -> None:
    """Ctrl-C while a sign of life is shown: nothing goes on in the background, and no trace is left."""
    seen = []

    def listen(sign: object) -> None:
        if getattr(sign, "kind", "") == "text":
            raise interrupt

    def work(job):
        seen.append(job.cwd)
        return Reply(text="working", delay_ms=60_000, edits={"a.txt": "the text\n"})

    opened = router(Lowest(), replies=[work])
    threads = threading.active_count()
    began = time.monotonic()
    with pytest.raises(interrupt):
        opened.handle(ask(EDIT), progress=listen)
    assert time.monotonic() - began < 5
    assert threading.active_count() == threads
    assert [path for path in (opened.home / "workspaces").iterdir() if path.is_dir()] == []
    assert opened.runtime.store.state.find("started") == []


# --- paths in the workspace ------------------------------------------------------------------------------------

# what is said of a project at /p/repo, with W for the workspace
MOVED = {
    "/p/repo/a.py": "W/a.py",
    "fix /p/repo/a.py and /p/repo/b.py.": "fix W/a.py and W/b.py.",
    "everything in /p/repo": "everything in W",
    "in /p/repo, please": "in W, please",
    "the one in /p/repo.": "the one in W.",
    "see 'file:///p/repo/a.py'": "see 'file://W/a.py'",
    "(/p/repo)": "(W)",
    "/p/repo2/a.py": "/p/repo2/a.py",
    "/p/repo-old/a.py": "/p/repo-old/a.py",
    "/p/repo.git": "/p/repo.git",
    "/mnt/p/repo/a.py": "/mnt/p/repo/a.py",
    "~/p/repo/a.py": "~/p/repo/a.py",
    "a/./p/repo": "a/./p/repo",
}


@pytest.fixture
def moved(tmp_path):
    """Return a function that moves a request about the project into its workspace and names both shortly."""
    project = tmp_path / "p/repo"
    project.mkdir(parents=True)
    (project / "a.py").write_text("")

    def move(text: str = "x", files: tuple[str, ...] = (), cwd: str = "") -> Request:
        with open_workspace(project, writable=True, home=tmp_path / "home") as workspace:
            request = Request(text=text.replace("/p/", f"{tmp_path}/p/"), files=files, cwd=cwd or project)
            found = inside(request, workspace, Path(cwd or project))
            said = found.text.replace(str(workspace.path), "W").replace(str(tmp_path), "")
            return evolve(
                found, text=said, files=[name.replace(str(workspace.path), "W") for name in found.files]
            )

    return move


@pytest.mark.parametrize("text", MOVED)
def test_only_the_projects_own_path_is_moved(moved, text: str) -> None:
    """A path that merely begins or ends like it stays: the model must not look for it in the workspace."""
    assert moved(text).text == MOVED[text]


def test_files_are_moved_by_folders_not_by_letters(moved, tmp_path) -> None:
    """A relative name stays what it is; a neighbour whose name begins alike is in no request at all."""
    top = f"{tmp_path}/p"
    names = (
        "a.py",
        f"{top}/repo/a.py",
        f"{top}/repo",
        f"{top}/repo/../repo/b.py",
        ".env",
        "..a",
    )
    assert moved(files=names).files == ("a.py", "W/a.py", "W", "W/b.py", ".env", "..a")
    for name in (f"{top}/repo2/x.md", f"{top}/repo/../x.md"):
        with pytest.raises(UsageError, match="outside of the project"):
            moved(files=[name])


def test_a_project_behind_a_link_is_moved_by_either_name(moved, tmp_path) -> None:
    """The person may name it as they see it or as it is."""
    (tmp_path / "link").symlink_to(tmp_path / "p/repo")
    cwd = str(tmp_path / "link")
    assert moved(f"{cwd}/a.py and /p/repo/a.py", cwd=cwd).text == "W/a.py and W/a.py"


def test_a_relative_folder_does_not_spoil_names(router, scripted_executor, ask, monkeypatch) -> None:
    """With "." as the folder, a dot in a name or a text is just a dot."""
    request = ask(EDIT)
    monkeypatch.chdir(request.cwd)
    opened = router(Lowest(), replies=[Reply(text="x", edits={"a.txt": "the text\n"})])
    opened.handle(evolve(request, text="Fix the typo in a.txt, see ./a.txt", files=(".env",), cwd="."))
    assert scripted_executor.jobs[0].prompt == "Fix the typo in a.txt, see ./a.txt\n\nFiles: .env"
