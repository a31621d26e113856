"""Version control: git, its helpers, the command lines of the forges, and the other systems."""

from __future__ import annotations

import re

from ...patterns import regex
from .arguments import Arguments

TABLE = """
[git g hub yadm] dry=no writes=none default=verb values=-C,-c,--git-dir,--work-tree,--namespace,--exec-path,--super-prefix,-m,--message,-F,--author,--date,--config,--config-env,--extcmd,--upload-pack,--sendmail-cmd,--to-cmd,--cc-cmd,--header-cmd,--smtp-server,--grep,--format,--pretty,--since,--until,--repo,-o,--push-option,--receive-pack,--depth,--onto,-X,--strategy,--exec,--cleanup payload=--exec:shell
reset --keep ! moves a branch away from its commits
reset --hard|--merge ! discards uncommitted work
reset + unstages or moves a branch
clean -n|--dry-run ? only shows what it would do
clean ! deletes untracked files
push -n|--dry-run ? only shows what it would do
push -f|--force|--force-with-lease|--delete|-d|--mirror|--prune ! rewrites or deletes history on the remote
push @deletes_ref ! rewrites or deletes a branch on the remote
push + sends commits
checkout -f|--force ! discards uncommitted work
checkout -B ~@dashed ! moves a branch away from its commits
checkout -b|--orphan|--track|-t|--detach ~@dashed + switches branches
checkout @discards_paths ! discards uncommitted changes of files
checkout + switches branches
switch -f|--force|--discard-changes ! discards uncommitted work
switch -C|--force-create ! moves a branch away from its commits
switch + switches branches
restore --staged|-S ~--worktree|-W + unstages files
restore ! discards uncommitted changes of files
branch -D ! deletes branches that may not be merged
branch -d|--delete -f|--force ! deletes branches that may not be merged
branch -f|--force|-M|-C * ! overwrites a branch
branch -d|--delete|-m|--move|-c|--copy|--set-upstream-to|-u|--unset-upstream|--edit-description + changes branches
branch @more + creates a branch
branch ? lists branches
tag -d|--delete ! deletes tags
tag -l|--list|--contains|--merged|-n|--points-at ? lists tags
tag -f|--force ! overwrites a tag
tag @more + creates a tag
tag ? lists tags
stash drop|clear ! deletes stashed work
stash list|show ? lists stashed work
stash + keeps or brings back work
reflog expire|delete|drop ! deletes the history of references
reflog ? shows the history of references
gc @prunes_now ! deletes what could still be recovered
gc|repack|maintenance|pack-refs|prune-packed|fsck|commit-graph|multi-pack-index|count-objects|update-index|update-server-info + tidies the repository
prune -n|--dry-run ? only shows what it would do
prune ! deletes what could still be recovered
filter-branch|filter-repo|fast-import|quick-filter ! rewrites the history
update-ref -d|--delete|--stdin ! deletes or moves references
update-ref + moves a reference
symbolic-ref -d|--delete ! deletes a reference
replace -d|--delete ! deletes a replacement
worktree remove -f|--force ! deletes a work tree with changes
worktree list ? lists work trees
worktree + changes work trees
submodule deinit -f|--force|--all ! discards work in submodules
submodule update -f|--force ! discards work in submodules
submodule foreach =shell runs a command in each submodule
submodule status|summary ? shows submodules
submodule + changes submodules
rm -n|--dry-run ? only shows what it would do
rm --cached + stops tracking files
rm ! deletes files
notes remove|prune ! deletes notes
remote remove|rm ! removes a remote
remote show|get-url ? shows remotes
remote @more2 + changes remotes
remote ? lists remotes
rerere clear|forget|gc ! deletes recorded resolutions
read-tree --reset|-u ! overwrites the work tree
checkout-index -f|--force ! overwrites the work tree
bisect run =0 runs a command
bisect + changes what is checked out
rebase|merge|cherry-pick|revert|am|pull|commit|add|stage|apply|mv|init|clone|fetch|bundle|subtree|sparse-checkout|format-patch|citool|gui|bugreport|write-tree|commit-tree|hash-object|mktag|mktree|p4|cvsimport|request-pull|send-email|daemon|instaweb|credential|crypt|secret|town|machete|absorb|imerge|up|sync|standup|prefetch|rebase-todo + changes the repository
svn dcommit|rebase|fetch|clone|init + works with the other system
svn reset ! discards fetched history
config --unset|--unset-all|--remove-section + changes the configuration
config --get|--get-all|-l|--list|--get-regexp ? reads the configuration
config + changes the configuration
lfs prune|uninstall|prune-all ! deletes local files
lfs ls-files|status|env|logs|locks ? lists large files
lfs --force unlock ! takes a lock away
lfs + changes large files
annex drop|dropunused|dropkey|uninit|unannex ! deletes content
annex + changes content
flow feature|release|hotfix|bugfix delete|finish ! deletes branches
flow|extras|undo|quick-stats + changes the repository
delete-*|obliterate|nuke|purge-* ! deletes
log|show|diff|whatchanged|shortlog|format-patch|diff-tree|diff-index|diff-files|archive|range-diff --output|-o + writes its output to a file
ls-files|ls-tree|ls-remote|log|show|diff|status|blame|annotate|grep|rev-parse|rev-list|describe|shortlog|cat-file|merge-base|name-rev|whatchanged|difftool|mergetool|diff-tree|diff-index|diff-files|for-each-ref|show-ref|show-branch|cherry|range-diff|archive|check-ignore|check-attr|verify-commit|verify-tag|var|version|help|column|interpret-trailers|get-tar-commit-id|fmt-merge-msg|stripspace|patch-id ? reads the repository
[git-lfs] default=+
prune|uninstall ! deletes local files
ls-files|status|env|logs|locks|fetch|pull ? lists large files
[git-filter-repo git-filter-branch bfg git-nuke git-obliterate] dry=--dry-run
@given ! rewrites the history
[gitk tig lazygit gitui gitstats git-cola sourcetree delta git-log git-status cloc tokei scc onefetch gource gitinspector git-sizer] default=?
[gh glab tea hub-api] default=verb values=-R,--repo,-t,--title,-b,--body,-F,--body-file,-l,--label,-a,--assignee,-m,--milestone,-H,-B,-q,--jq,--limit,-L,-r,--ref,-f,--field,-X,--method,--json,--template
api @deletes_by_method ! deletes over the interface
api @writes_by_method + changes over the interface
api @mutation_deletes ! deletes over the interface
api ? reads over the interface
repo edit --visibility ! changes who can see a repository
pr|mr merge -d|--delete-branch|--remove-source-branch ! merges and deletes the branch
pr|mr|issue|release|gist|repo view|list|status|diff|checks|clone|checkout|download ? reads
pr|mr merge % changes the branch that others work on
pr|mr|issue close|reopen|comment|edit|create|ready|review|lock|unlock|pin|unpin|transfer|develop + changes
repo archive ! makes a repository read-only
repo rename|edit|fork|create|sync|set-default|unarchive + changes a repository
repo sync --force ! overwrites a branch
repo delete !! deletes a repository
run|workflow watch|view|list|download|run|rerun > looks at or starts a workflow
auth logout|refresh|login|setup-git|switch + changes who is logged in
auth status|token ? shows who is logged in
codespace ssh|stop|delete|rebuild ! takes a machine away
label|secret|variable|cache|ssh-key|gpg-key|extension|alias|ruleset|project|attestation|org|search|browse|status|config|gist|release list|view|get|search ? reads
search|browse|status|version ? reads
[svn] default=+
revert|delete|del|remove|rm|cleanup|unlock|propdel ! discards or deletes files
list|ls|log|info|diff|status|stat|st|cat|blame|propget|proplist ? reads the repository
[svnadmin] default=?
rmlocks|rmtxns|setrevprop|load|recover ! changes the repository
[hg sl] dry=-n,--dry-run default=+ values=-R,-m,-r,-b,-u,--config
strip|purge|revert|rollback|clean|remove|rm|forget|histedit|abort|uncommit-all|prune|debugstrip|hide ! discards or deletes work
update|up|checkout|co|merge -C|--clean ! discards uncommitted work
push -f|--force ! rewrites the remote
log|status|st|diff|cat|annotate|blame|id|identify|heads|parents|summary|paths|manifest|grep|incoming|outgoing|tip|branches|tags|files|show|help|version ? reads the repository
[jj] default=+ values=-r,-m,-R
abandon|undo|restore|util ! discards work
bookmark|branch|workspace|tag delete|forget ! deletes names
op|operation abandon|restore|undo ! deletes history
log|diff|status|st|show|evolog|interdiff ? reads the repository
[fossil bzr darcs cvs p4 cm] default=+
revert|clean|purge|rm|delete|remove|obliterate|unedit|shun|scrub|uncommit|unrecord|undo|rollback|shelf-delete ! discards or deletes work
status|log|diff|timeline|info|ls|annotate|changes|describe|files|opened|filelog|whatsnew|cat ? reads the repository
[pre-commit husky lefthook commitlint lint-staged semantic-release standard-version changeset release-it cz commitizen] default=>
uninstall|clean|gc ! removes hooks or caches
"""

_FILE = regex(r"(?:.*[/\\])?[^/\\]*\.[A-Za-z][A-Za-z0-9_]{0,9}|\.|\.\.|:/|:\(top\)|.*[/]|.*[*].*")
_MUTATION = regex(r"mutation\b[^{]{0,200}\{\s*\w*?(?:delete|remove|destroy|archive)", re.IGNORECASE)


def _discards_paths(arguments: Arguments) -> bool:
    """Tell whether the operands of `git checkout` are files: then it overwrites them."""
    after = [index for index in arguments.indexes if index > arguments.dashes >= 0]
    if after or arguments.has("--pathspec-from-file"):
        return True
    names = arguments.texts()[1:]
    return len(names) > 1 or (len(names) == 1 and _FILE.fullmatch(names[0]) is not None)


def _deletes_ref(arguments: Arguments) -> bool:
    return any(text.startswith(("+", ":")) and len(text) > 1 for text in arguments.texts()[1:])


def _prunes_now(arguments: Arguments) -> bool:
    return arguments.flags.get("--prune", "").lower() in ("now", "all", "0", "0.seconds.ago")


def method(arguments: Arguments) -> str:
    """Return the HTTP method that the options of a client ask for, in upper case, or ""."""
    for flag in ("-X", "--request", "--method", "-method", "-m"):
        if flag in arguments.flags:
            return arguments.flags[flag].strip("='\"").upper()
    return ""


def _mutation_deletes(arguments: Arguments) -> bool:
    return any(_MUTATION.search(field.text) for field in arguments.fields)


PREDICATES = {
    "given": lambda arguments: bool(arguments.fields),
    "more": lambda arguments: len(arguments.operands) > 1,
    "more2": lambda arguments: len(arguments.operands) > 2,
    "dashed": lambda arguments: any(index > arguments.dashes >= 0 for index in arguments.indexes),
    "discards_paths": _discards_paths,
    "deletes_ref": _deletes_ref,
    "prunes_now": _prunes_now,
    "deletes_by_method": lambda arguments: method(arguments) == "DELETE",
    "writes_by_method": lambda arguments: method(arguments) in ("POST", "PUT", "PATCH"),
    "mutation_deletes": _mutation_deletes,
}
