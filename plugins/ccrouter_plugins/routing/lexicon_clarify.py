"""Words that name nothing in particular, and the patterns of a choice or a value that is left open."""

from __future__ import annotations

from . import lexicon as lex
from .patterns import regex

__all__ = ["EMPTY", "JUDGING", "KINDS", "MEASURE", "OPEN", "PRONOUNS", "SCOPES", "UNDECIDED"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PRONOUNS = _words(
    "it this that them these those they he she one ones something everything anything he it's that's"
)
# Nouns for kinds of things that every project has many of: alone they do not say which one.
KINDS = _words(
    "code codebase project repo repository app application program site website page pages screen screens view views ui ux "
    "design designs layout style styles styling css note notes doc docs documentation bibliography reference references citation "
    "citations thesis paper papers manuscript cv resume essay letter email report presentation slides article post book chapter "
    "chapters section sections subsection paragraph paragraphs sentence sentences abstract introduction intro conclusion "
    "summary title titles caption captions heading headings header footer text texts wording writing prose draft story "
    "config configuration configs setting settings setup option options preference preferences test tests testcase suite "
    "folder folders directory directories dir dirs file files structure hierarchy workspace vault inbox wiki collection implementation logic behaviour behavior functionality functionalities integration migration algorithm regex expression loop condition handler hook state model schema prototype demo example examples snippet block constructor wrapper algorithm mock stub fixture environment branch commit diff patch readme changelog license translation translations animation menu modal dialog card cards grid library "
    "libraries package packages dependency dependencies module modules component components class classes function functions "
    "method methods constructor variable variables constant constants parameter parameters param params argument arguments "
    "field fields property properties attribute attributes value values number numbers key keys flag type types interface "
    "script scripts helper helpers util utils utilities command commands macro query queries database db schema table tables "
    "column columns row rows record records data dataset list lists entry entries item items element elements link links label "
    "labels tag tags line lines word words name names naming import imports comment comments log logs logging message messages "
    "error errors exception exceptions warning warnings bug bugs issue issues problem problems failure failures crash mistake "
    "mistakes glitch regression typo breakage case cases feature features task tasks ticket tickets todo todos step steps job "
    "stuff thing things mess part parts bit bits piece pieces half remainder place spot beginning middle top bottom position location area side end "
    "image images picture pictures photo figure figures plot plots chart charts graph diagram icon icons logo button buttons form "
    "forms menu sidebar navigation banner dialog colour color colours colors palette font fonts theme size width height margin "
    "padding spacing animation animations template templates output outputs input result results build pipeline deployment "
    "release server backend frontend api endpoint detail details information info explanation context service system process workflow architecture approach method way ways solution "
    "idea variant alternative choice version versions order ordering date dates time timeout limit threshold default port url path "
    "format formatting performance speed readability quality experience look feel overview shape equation equations formula "
    "dashboard homepage desktop downloads spreadsheet board backlog point points topic level range count total content contents "
    "language quiz question answer change changes edit edits update updates fix draft copy backup limit string strings block edge "
    "condition rule rules action actions request response call calls user users client customer boss team people marketing "
    "everyone everybody someone somebody reviewer reviewers colleague manager"
)
# Words that only judge, compare, point or speak: they tell neither what nor where.
JUDGING = _words(
    "bigger larger wider narrower taller lighter darker brighter warmer better best nicer nicest nice cleaner clean clear clearer "
    "faster fast slower prettier pretty good great simpler simple smaller small big modern professional readable robust efficient "
    "shorter short longer long friendlier friendly sexy cool beautiful elegant consistent right wrong correct incorrect perfect smoother "
    "smooth quicker slicker snappier snappy neater neat shiny usable maintainable fancier fancy awesome proper sane saner stable "
    "easy easier hard harder difficult complicated attractive appealing happy sensible suitable appropriate meaningful reasonable descriptive catchy catchier fitting decent "
    "obvious useful expressive intuitive realistic fresh interesting important relevant needed necessary worth bad worse worst odd "
    "ugly uglier weird strange funny funky wonky broken off janky sluggish laggy buggy borked screwed messy messed confusing "
    "confused clunky busted quirky fishy cranky haywire unreliable erratic sketchy horrible terrible awful stuck hanging "
    "acting misbehaving glitchy outdated dated cluttered boring bland crowded sloppy old older new newer newest latest current "
    "different other others another same similar related missing remaining left usual main whole rest first second third last next "
    "previous former latter both either two three few several only even such own extra additional final real actual "
    "more less much bit little lot lots too very quite rather somewhat slightly pretty kind sort way else high higher low lower "
    "appropriate plain extra normal special certain particular specific general overall generic"
)
_SPEAKING = _words(
    "rush hurry worries pressure problem slow slower crashes crashed lovely accordingly think thinks thinking thought believe guess say says said saying tell tells told talk talked talking discuss discussed mention mentioned "
    "ask asked agree agreed decide decided suggest suggested propose proposed promise promised describe described plan planned "
    "remember know knows known mean means meant want wants wanted need needs needed like likes liked love hope feel feels seem seems "
    "look looks looked sound sounds see saw hear care handle get gets got give gives take takes go goes going come comes do does did doing done "
    "make makes let have has had be being been keep keeps put start started stop stopped try tried work works worked "
    "working fail fails failed failing behave behaves happen happens happened fit fits belong belongs matter matters count counts choose chose "
    "pick use uses used change changed apply finish yesterday today tomorrow now earlier before after later again still already "
    "previously recently week weeks day days month morning afternoon night moment while somewhere anywhere everywhere here there "
    "somehow anyhow anyway however whatever whichever wherever how why when what where which who whose nope nah yep sorry trouble "
    "saving thanks thank not no never none nothing isn't don't doesn't didn't won't can't it's that's there's they're you're we're let's i'm "
    "i've we've you've i'd he's she's where's what's like please properly accordingly instead too together per via if unless because since "
    "cleaning fixing tidying updating polishing improving refactoring improvement improvements attention polish cleanup touches around "
    "round back up down out over away off than then so as also just once twice really maybe perhaps meeting session conversation chat "
    "belongs sense approve liking taste dirty used supposed expected ago end mind"
)
EMPTY = (
    KINDS
    | JUDGING
    | _SPEAKING
    | PRONOUNS
    | lex.ARTICLES
    | lex.PREPOSITIONS
    | lex.PRONOUNS
    | lex.AUXILIARIES
    | lex.ADVERBS
    | lex.COURTESY
    | lex.QUESTION_WORDS
    | lex.PARTICLES
    | lex.NEGATIONS
    | _words("and or but i we you me us him her vs versus nor yet")
)
# They say how far a change reaches: then the place is told, if only as everywhere.
SCOPES = _words(
    "all every each whole entire across throughout everywhere project repo repository codebase most some many several various any"
)
# It names a measure, an order or an end.
MEASURE = regex(
    r"\b(?:by|per|according|alphabetically|chronologically|such that|under|below|at most|at least|for \w+ing|matching|until)\b"
)
UNDECIDED = (
    "not sure whether",
    "not sure if",
    "not sure which",
    "can't decide",
    "cannot decide",
    "torn between",
    "don't know whether",
    "don't know if",
    "don't know which",
    "undecided",
    "either way",
    "you choose",
    "you decide",
    "you pick",
    "your call",
    "your choice",
    "up to you",
)
# The selection or the new value is left to taste, although the place may be told.
OPEN = regex(
    r"\b(?:to|into|with|for|as)(?: (?:something|somewhere|a|an|another))?(?: (?:more|a bit|a little|much))?"
    r" (?:sensible|better|nicer|suitable|appropriate|meaningful|reasonable|descriptive|different|other|else|fitting|catchier|proper|"
    r"friendlier|saner|sane|catchy|decent|more \w+)(?: (?:name|title|value|one|word|place|number|colou?r|label|heading|default|wording|thing|image|message))?"
    r"(?=$| (?:please|instead|in|at|for now|and|then|from)\b)"
    r"|\b(?:another|some other|a different) (?:name|title|value|one|word|place|number|colou?r|label|heading|default|font|size|library)\b"
    r"|\b(?:ones?|parts?|bits?|things?|places?|\w+s) (?:that|which) (?:really |actually )?(?:matters?|makes? sense|counts?|fits?|needs? it|belongs?)\b"
    r"|\b(?:whatever|whichever|wherever) (?:you|is|it|needs|makes|seems|works|looks|feels|fits?)\b"
    r"|\b(?:as|where|if|wherever) (?:needed|appropriate|necessary|you see fit|it makes sense)\b"
)
