"""Build runners, test runners, linters and formatters."""

from __future__ import annotations

from .arguments import Arguments
from .verbs import tasks_destroy

TABLE = """
[make gmake nmake bmake mingw32-make remake] default=> values=-C,-f,-j,-I,-o,-W,-l dry=-n,--just-print,--dry-run,--recon,-q,--question writes=none
@destroying ! runs a target that destroys
[just task mage invoke inv doit grunt gulp jake nake cake fab fabric cap capistrano mask run-script tusk robo xc moon waf scons premake xmake b2-build tup redo ninja meson cmake ctest cpack autoreconf autoconf automake configure qmake bake psake nuke-build thor mina shipit deployer dep envoy] default=> values=-f,-d,-C,-G,-B,-S,--build,--justfile,-j,--target,-t,--working-directory,-H,-i dry=-n,--dry-run writes=none
@destroying ! runs a task that destroys
uninstall ! removes what was installed
-t|--target @cleans + deletes build results
[pytest py.test unittest nose2 nosetests behave robot locust coverage trial ward green jest vitest mocha ava jasmine karma tap cypress playwright testcafe nightwatch wdio puppeteer ginkgo gotestsum rspec minitest cucumber phpunit pest codecept paratest junit testng bats shunit2 busted stack-test ctest-run k6 artillery ab wrk hey vegeta siege jmeter gatling newman karate schemathesis tavern stryker mutmut nyc c8 istanbul codeclimate] default=> writes=none values=-k,-m,-n,-p,-o,-c,--cov,--config,-t,-w,--maxfail,--tb
--basetemp ! deletes that folder first
erase ! deletes the results
cache clear ! deletes the results
uninstall ! removes browsers
[black ruff isort autopep8 yapf prettier eslint standard xo stylelint biome oxlint dprint gofmt goimports gofumpt rustfmt clang-format shfmt stylua swiftformat ktlint php-cs-fixer phpcbf rubocop standardrb erb-format csharpier google-java-format scalafmt ormolu fourmolu mix-format terraform-fmt taplo sqlfluff sqlformat pg_format djlint curlylint markdownlint markdownlint-cli2 remark textlint codespell typos autoflake pyupgrade docformatter add-trailing-comma unify htmlbeautifier tidy js-beautify latexindent bibtool bibclean jscodeshift ast-grep comby semgrep codemod 2to3 modernize refurb fixit libcst nbstripout jupytext nbqa] default=+ writes=all dry=--check,--diff,--dry-run,-c,-l,-d values=-c,--config,--line-length,-l,--select,--ignore,--stdin-filename
clean ! deletes caches
check + checks files
[mypy pyright pylint flake8 pyflakes pycodestyle pydocstyle bandit vulture radon xenon pyre pytype basedpyright ty safety pip-audit deptry interrogate import-linter lint-imports shellcheck hadolint2 yamllint jsonlint actionlint checkmake cppcheck clang-tidy cpplint scan-build include-what-you-use golangci-lint staticcheck govulncheck errcheck revive golint detekt spotbugs pmd checkstyle infer phpstan psalm phan phpmd brakeman reek fasterer credo dialyxir hlint solhint slither tslint jshint dtslint attw publint knip ts-prune api-extractor size-limit bundlesize lighthouse pa11y axe htmlhint vale alex write-good proselint chktex lacheck gitleaks trufflehog detect-secrets snyk2 osv-scanner license-checker spectral ajv jsonschema commitlint2 editorconfig-checker cspell] default=? writes=none
[latexmk pdflatex xelatex lualatex latex tex bibtex biber makeindex makeglossaries tectonic arara dvips ps2pdf chktex2 pdftk qpdf pdftotext pdfinfo pdfunite gs ghostscript convert magick identify montage ffmpeg ffprobe sox inkscape dot gnuplot plantuml mmdc asciidoctor sphinx-build mkdocs hugo jekyll eleventy hexo gatsby zola mdbook docusaurus vuepress vitepress quarto jupyter nbconvert papermill streamlit gradio doxygen javadoc typedoc jsdoc pdoc rustdoc godoc texcount detex kpsewhich texdoc pandoc-run marp slidev] default=> writes=none style=long
-c|-C|-clean|clean|clean-all + deletes build results
deploy|gh-deploy + publishes pages
[webpack vite rollup esbuild parcel swc tsup tsdown unbuild rspack next nuxt remix astro svelte-kit ng vue vue-cli-service react-scripts gatsby-cli storybook start-storybook tailwindcss postcss sass less-css stylus babel ember quasar expo-cli nodemon serve http-server live-server json-server concurrently-run wait-on cross-port-killer celery dramatiq rq huey arq faktory sidekiq resque honcho foreman overmind hivemind goreman air reflex modd watchman entr-run tailwind msw graphql-codegen openapi-generator protoc buf swagger-cli orval] default=> writes=none
@clears ! deletes queued work
watch-del|watch-del-all|shutdown-server ! stops watching
[celery-purge] dry=no default=!
[cmake-clean xargs-make ./configure] default=>
"""


def _clears(arguments: Arguments) -> bool:
    """Tell whether a queue tool is asked to drop its work: `celery -A app purge`, `rq empty`."""
    return any(
        text.lower() in ("purge", "empty", "shutdown", "terminate", "revoke", "clear")
        for text in arguments.texts()
    )


PREDICATES = {
    "destroying": lambda arguments: tasks_destroy(arguments, 0),
    "cleans": lambda arguments: "clean" in arguments.texts(),
    "clears": _clears,
}
