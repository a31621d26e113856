"""Package managers of systems and languages, and the tools that run a package."""

from __future__ import annotations

from .arguments import Arguments
from .verbs import tasks_destroy

TABLE = """
[apt apt-get aptitude nala apt-fast] default=verb dry=-s,--simulate,--just-print,--no-act,--recon values=-o,-t,-c writes=none
remove|purge|autoremove|autopurge|dist-clean|safe-remove ! removes packages
install|reinstall|build-dep @minus ! removes packages
clean|autoclean + deletes downloaded packages
update|upgrade|dist-upgrade|full-upgrade|install|reinstall|build-dep|edit-sources + installs packages
list|search|show|policy|depends|rdepends|changelog|moo|source|download|why ? reads
[apt-cache apt-file apt-mark apt-key apt-config add-apt-repository apt-add-repository dpkg-query dpkg-deb repoquery rpmquery] default=?
del|unhold|--remove|-r ! removes a source
-r|--remove ! removes a source
[dpkg] default=?
-r|-P|--remove|--purge|--force-remove-essential|--force-all|--clear-selections ! removes packages
-i|--install|--configure|--unpack + installs packages
[rpm] default=?
-e|--erase|--rebuilddb|--initdb ! removes packages
-i|-U|-F|--install|--upgrade|--import + installs packages
[yum dnf microdnf tdnf zypper] default=verb dry=--assumeno,--downloadonly,-D values=-c,--enablerepo,--disablerepo writes=none
remove|erase|autoremove|rm|removelocks|removerepo|downgrade|swap|rr|rl|purge-kernels ! removes packages
history undo|rollback|redo ! undoes installations
module remove|reset|disable ! removes packages
clean|makecache|refresh|ref|clean-all + deletes downloaded packages
install|in|update|up|upgrade|dup|dist-upgrade|patch|reinstall|groupinstall|ar|addrepo|localinstall|builddep|offline-upgrade|system-upgrade + installs packages
list|search|se|info|provides|repolist|lr|check-update|history|repoquery|deplist|whatprovides|packages|lu ? reads
[pacman yay paru pamac trizen] default=? values=--root,--config dry=-p,--print
-R|--remove|-Rns|remove ! removes packages
-S -c ! deletes downloaded packages
-S -s|-i|-l|-g|-p ? reads
-S|-U|--sync|--upgrade|install|update|upgrade + installs packages
[apk xbps-install xbps-remove xbps-query opkg pkg pkgin slackpkg emerge eopkg swupd guix tlmgr pkg_delete pkg_add nix-env nix-collect-garbage nix-store nixos-rebuild home-manager rpm-ostree snap flatpak port mas brew linuxbrew fink cask softwareupdate2 scoop choco chocolatey winget cinst cuninst asdf-vm sdk jabba] default=verb dry=--dry-run,-n,--simulate,--noop values=-c,--cask-name,--source writes=none
del|delete|remove|erase|uninstall|rm|autoremove|purge|unmerge|deselect|reclaim|autoclean|delete-generations|wipe-history|remove-generations|expire-generations|override|reset|rollback|unlink|untap|zap|collect-garbage|clean-system|deactivate ! removes packages
-e|--uninstall|-d|--delete-old|--delete-generations|--gc|--delete|--unmerge|-C|--depclean|-c|--prune ~install|list ! removes packages
cleanup|clean|autoclean|cache|doctor + deletes downloaded packages
install|add|update|upgrade|refresh|sync|switch|boot|tap|services|pin|unpin|bundle|hold|reinstall|selfupdate|fetch|enable|extract|import|link|connect|set|use|default + installs packages
list|search|info|show|ls|query|outdated|deps|uses|leaves|config|home|desc|log|cat|formulae|casks|repos|find|history|--version|files|contents|which|env|status|dependents|whohas ? reads
[twine] default=>
upload|register ! publishes for everyone, which cannot be taken back
check ? checks a package
[vsce ovsx] default=>
publish ! publishes for everyone, which cannot be taken back
unpublish ! takes a package back
[pip pip3 pipx pip2] default=verb writes=none values=-r,-c,-e,-t,-i,--target,--index-url,--python,--prefix
uninstall|uninstall-all ! removes packages
cache purge|remove ! deletes downloaded packages
install|download|wheel|inject|upgrade|upgrade-all|reinstall|reinstall-all|ensurepath|config + installs packages
run =0 runs a package
list|show|freeze|check|search|index|inspect|debug|hash|cache|environment|help ? reads
[uv rye hatch pdm poetry pipenv flit tox nox conda mamba micromamba pixi] default=verb writes=none values=-n,--name,-p,--prefix,--python,-c,-f,--file,-e,--env,--with,--group,-G,--extra,--directory,--project,--env-file,-C,--package,--from,-s,--session
run|x =0 runs a command
tool run =0 runs a package
tool|python uninstall|remove|prune ! removes packages
pip|self uninstall|remove ! removes packages
env remove|rm|prune|delete ! removes an environment
remove|rm|uninstall|unuse|purge|prune|self-uninstall|clean-env|--rm ! removes packages or an environment
--rm ! removes an environment
cache clear|clean|prune|purge|remove ! deletes downloaded packages
clean --all|-a|-y|--packages ! deletes downloaded packages
clean + deletes build results
publish|upload ! publishes for everyone, which cannot be taken back
self + changes the tool itself
install|add|sync|lock|update|upgrade|init|new|create|build|venv|env|config|export|activate|pin|fmt|format|version|python|compile|tool|pip|shell|show|list|info|search|tree|check|test|global|project|task + installs packages
[virtualenv venv pyenv rbenv nvm fnm volta nodenv goenv jenv tfenv rustup n chruby rvm gvm sdkman juliaup ghcup opam cabal stack virtualenvwrapper workon mkvirtualenv rmvirtualenv] default=verb values=--python,-p
uninstall|remove|rm|implode|prune|delete|unset|unlink|unregister|--delete ! removes an installed version
self uninstall ! removes an installed version
toolchain|target|component|override|switch|switch-remove remove|uninstall|unset|rm ! removes an installed version
exec|run =0 runs a command
install|use|local|global|shell|default|alias|update|add|build|test|init + installs a version
[npm pnpm cnpm tnpm] default=> writes=none programs=--script-shell,--shell,--editor,--viewer values=--prefix,-w,--workspace,-C,--dir,--registry,--tag,--filter,-F,--otp,--loglevel
uninstall|remove|rm|r|un|unlink|unpublish|prune|deprecate|uninstall-test ! removes packages
cache clean|rm|delete|verify-all ! deletes downloaded packages
store prune ! deletes downloaded packages
dist-tag|access|owner|team|token|org|profile rm|revoke|delete|remove|destroy|disable-2fa|del ! takes access away
publish ! publishes for everyone, which cannot be taken back
exec|x|dlx =0 runs a package
run|run-script|start|test|t|tst|restart|stop @destroying_script ! runs a script that destroys
run|run-script|start|test|t|tst|build|restart|dev|serve|lint > runs a script
config|c set|delete|edit|rm|fix + changes the settings of npm
ls|list|ll|la|view|info|show|outdated|audit|search|why|explain|fund|ping|whoami|root|prefix|bin|config|get|help|doctor|docs|repo|bugs|licenses|query|sbom|pack ? reads
ci|install|i|add|update|up|upgrade|link|ln|init|create|publish|version|set|dedupe|ddp|rebuild|shrinkwrap|login|logout|adduser|import|patch|deploy|env|approve-builds|pkg|token|hook|star|edit|fetch + installs packages
[yarn] default=> writes=none values=--cwd
remove|unlink|unpublish|autoclean ! removes packages
cache clean ! deletes downloaded packages
tag|owner|team|npm remove|rm|unpublish|tag-remove ! takes access away
workspaces|global remove ! removes packages
publish ! publishes for everyone, which cannot be taken back
npm publish ! publishes for everyone, which cannot be taken back
dlx|exec =0 runs a package
workspace * remove ! removes packages
run @destroying_script ! runs a script that destroys
@destroying_first ! runs a script that destroys
config set|delete + changes the settings
list|info|why|outdated|audit|licenses|config|versions|help|bin|check ? reads
add|install|upgrade|up|init|create|publish|version|set|link|import|login|logout|dedupe|plugin|rebuild|patch|pack|global + installs packages
[npx bunx pnpx uvx pipx-run dlx] wrap=0 values=-p,--package,-c,--call,--from,--with,--python payload=-c:shell,--call:shell
[corepack lerna nx turbo rush rushx wireit bit syncpack ncu npm-check-updates depcheck madge] default=> writes=none
publish ! publishes for everyone, which cannot be taken back
exec =-- runs a command
clean|reset|purge|disable|uninstall|prune ! removes packages or caches
[bower jspm] default=verb
[gem bundle bundler rubygems] default=verb writes=none values=-v,--version,-g,--gemfile,--path
push ! publishes for everyone, which cannot be taken back
uninstall|yank|cleanup|clean|remove|owner ! removes packages
exec =0 runs a command
update|install|add|lock|init|config|push|build|pristine|cache|package|binstubs|signin|unpack + installs packages
list|search|info|show|outdated|env|environment|check|which|contents|dependency|fetch|specification|help|platform|viz|open|audit ? reads
[cargo] default=> writes=none values=-p,--package,--manifest-path,--features,--target,--bin,--example,--test,-j,--profile,--color,--target-dir,-Z,--message-format
publish ! publishes for everyone, which cannot be taken back
yank ~--undo ! takes a version back
owner --remove|-r ! takes access away
yank|publish|login|logout|owner|install|add|update|init|new|fix|fmt|generate-lockfile|vendor|package|fetch + changes packages
remove|rm|uninstall ! removes packages
clean + deletes build results
cache|sweep|wipe ! deletes caches
tree|metadata|search|info|verify-project|read-manifest|locate-project|pkgid|version|audit|deny|outdated|doc|check|clippy ? reads or checks
build|run|test|bench|b|r|t|c|d|nextest|miri|watch|expand|flamegraph|llvm-cov|tarpaulin|criterion|leptos|tauri|make|xtask > builds or runs
[composer composer.phar] default=verb writes=none values=-d,--working-dir
remove|rm|uninstall|clear-cache|clearcache|archive-clear ! removes packages
global remove ! removes packages
exec =0 runs a command
run-script|run|test > runs a script
install|require|update|upgrade|create-project|dump-autoload|init|self-update|bump|reinstall|config|i|u|r|req + installs packages
[dotnet nuget paket] default=> writes=none
ef database drop !! drops the database
ef database update 0 ! undoes every migration
ef migrations remove ! removes a migration
remove|uninstall|delete ! removes packages
nuget push ! publishes for everyone, which cannot be taken back
nuget delete|remove|disable|locals ! removes packages
tool|workload|new|sln|package|reference|user-secrets uninstall|remove|clear|clean ! removes packages
delete|locals ! removes packages
clean + deletes build results
build|run|test|watch|msbuild|vstest|pack|publish|restore|new|add|tool|format|ef|workload|sln|list > builds
[mvn mvnw gradle gradlew ant sbt mill lein bazel bazelisk buck buck2 pants sbtx] default=> writes=none values=-f,-pl,-P,-p,--project-dir,-D,-x
--delete|uninstall|deregister ! removes packages
clean --expunge|--expunge_async ! deletes every build result
query|info|tasks|dependencies|projects|properties|help|version|cquery|aquery|dependency:tree|help:effective-pom|-v|-version ? reads
flyway:clean|flywayclean|liquibase:dropall|dropall|liquibase:rollback !! drops every object of the database
@destroying_first ! runs a task that destroys
[pod carthage spm swift-package xcodebuild fastlane flutter pub dart-pub react-native expo eas ionic cordova capacitor cap tuist] default=verb writes=none
trunk push ! publishes for everyone, which cannot be taken back
publish ! publishes for everyone, which cannot be taken back
trunk delete|deprecate ! removes a published package
deintegrate|repo remove|cache ! removes packages
clean + deletes build results
simctl delete|erase ! deletes simulators
[xcrun] wrap=0
[simctl] default=>
delete|erase|uninstall|shutdown ! deletes simulators
[stack-purge luarocks raco hex rebar3 vcpkg conan spack mpm cpanm cpan cpanminus ppm pear pecl lein-deps roswell quicklisp zef nimble shards dub alr fpm crystal-shards bpkg basher antigen zinit oh-my-zsh fisher vundle] default=verb writes=none
"""


def _minus(arguments: Arguments) -> bool:
    """Tell whether `apt install name-` asks to remove a package."""
    return any(text.endswith("-") and len(text) > 1 for text in arguments.texts()[1:])


PREDICATES = {
    "minus": _minus,
    "destroying_script": lambda arguments: tasks_destroy(arguments, 1),
    "destroying_first": lambda arguments: tasks_destroy(arguments, 0),
}
