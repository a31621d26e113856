"""Shells and languages: what they run is judged, be it on the command line, in a script's name or on standard input."""

from __future__ import annotations

TABLE = """
[bash sh zsh ksh mksh dash ash fish rbash csh tcsh elvish xonsh nu yash] payload=-c:shell,--command:shell stdin=shell script values=-o,-O,--rcfile,--init-file shell default=>
-n ? only checks the syntax
[pwsh powershell powershell.exe pwsh.exe] style=long payload=-command:shell,-c:shell,-encodedcommand:utf16,-enc:utf16,-e:utf16,-ec:utf16 operand=all:shell stdin=shell values=-executionpolicy,-ep,-file,-f,-version,-workingdirectory,-inputformat,-outputformat,-windowstyle,-w default=>
[python python2 python3 pypy pypy3 ipython py bpython micropython] payload=-c:python module=-m stdin=python script values=-W,-X,--check-hash-based-pycs default=>
[node nodejs] payload=-e:js,--eval:js,-p:js,--print:js,-pe:js stdin=js script values=-r,--require,--loader,--import,--env-file,-C,--input-type,--test-reporter default=>
--check|-c ? only checks the syntax
[deno] stdin=js default=> values=--allow-read,--config
eval =js runs code
run|test|bench|serve|task > runs a script
fmt + formats files
lint|check|info|doc ? checks files
uninstall|clean ! removes an installed script
[bun] payload=-e:js,--eval:js,-p:js,--print:js stdin=js default=>
remove|rm|unlink ! removes packages
pm cache rm ! deletes the cache
x =0 runs a package
install|add|update|link|i|a + installs packages
run|test|build|dev|start|create|init > runs a script
[ts-node tsx swc-node esno jiti babel-node coffee] payload=-e:js,--eval:js,-p:js,--print:js stdin=js script values=-r,-P default=>
[perl] payload=-e:perl,-E:perl stdin=perl script values=-I,-M,-m,-F,-x default=>
-c ? only checks the syntax
[ruby jruby truffleruby irb] payload=-e:ruby stdin=ruby script values=-I,-r,-C,-E,-F default=>
-c ? only checks the syntax
[php php-cli hhvm] payload=-r:php,-B:php,-R:php,-E:php stdin=php script values=-d,-c,-f,-S,-t,-z default=>
-l|-i|-m ? only checks or shows
[lua luajit texlua] payload=-e:lua stdin=lua script values=-l default=>
[rscript r] payload=-e:r stdin=r script default=>
[julia octave matlab gnuplot sage maxima gp ghci-run scala-cli clojure clj bb babashka racket guile sbcl emacs-batch] payload=-e:code,-E:code,--eval:code,-r:code,-batch:code,-evaluate:code stdin=code script default=>
[elixir erl iex] payload=-e:code,-eval:code,--eval:code stdin=code script default=>
[groovy kotlin scala jshell swift crystal nim dart] payload=-e:code stdin=code script default=>
[tclsh wish expect] payload=-c:tcl stdin=tcl script default=>
[osascript] payload=-e:applescript stdin=applescript script style=long default=>
[java javaw] style=long module=-jar values=-cp,-classpath,--class-path,-p,-m default=>
-version ? shows the version
[dotnet-script csi fsi ghci runghc runhaskell ocaml] stdin=code script default=>
[wine mono] wrap=0
[go] default=verb values=-C,-o,-tags,-run,-bench,-count,-timeout style=long
clean + deletes build results
run|test|build|generate|tool > builds or runs
fmt|mod|get|install|work|fix + changes files of the module
vet|list|env|version|doc|help|bug ? reads
[ld as ar nm objdump readelf ranlib strip ldd size addr2line c++filt gcc g++ cc c++ clang clang++ rustc javac scalac kotlinc tsc swiftc ghc nasm yasm zig-cc nvcc dmd ldc2 gfortran fpc mcs csc elm] default=> writes=-o values=-o,-I,-L,-l,-D,-x
"""
