"""Word sets of the English grammar the router reads: verbs by what they ask for, and the small words around them.

Every set is data, not logic. A verb stands here in its base form; two-word verbs are joined with a space.
"""

from __future__ import annotations

__all__ = [
    "ADVERBS",
    "ARTICLES",
    "AUXILIARIES",
    "CONFIRMATIONS",
    "COURTESY",
    "EDIT",
    "EXPLAIN",
    "GERUND_OPENERS",
    "LIGHT_VERBS",
    "MANNERS",
    "MANNERS_BEGIN",
    "MANNERS_END",
    "NEGATIONS",
    "NOUN_LOSSES",
    "NOUN_VERBS",
    "OPENERS",
    "OPENERS_BY_HEAD",
    "PARTICLES",
    "PHRASAL",
    "PREPOSITIONS",
    "PRONOUNS",
    "QUESTION_WORDS",
    "READ",
    "REPORT",
    "RUN",
    "SPECIAL",
    "VAGUE",
    "VERBS",
    "WORK",
    "verb_class",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


READ = _words(
    "show list print display cat grep search find locate count view read open tail head fetch check verify "
    "inspect see lookup browse tell give report output echo confirm identify enumerate ls diff look get query whoami "
    "query ensure double-check recheck peek"
)
EXPLAIN = _words("explain describe define clarify elaborate teach remind interpret decode")
# Verbs without a meaning of their own, and the nouns that carry it.
LIGHT_VERBS = _words("do perform conduct give make take have run carry provide write produce")
NOUN_VERBS = {
    "review": "review",
    "code-review": "review",
    "audit": "audit",
    "analysis": "analyse",
    "summary": "summarise",
    "overview": "explain",
    "rundown": "explain",
    "explanation": "explain",
    "description": "describe",
    "comparison": "compare",
    "copy": "copy",
    "translation": "translate",
    "refactor": "refactor",
    "refactoring": "refactor",
    "rewrite": "rewrite",
    "cleanup": "clean up",
    "clean-up": "clean up",
    "proofread": "proofread",
    "walkthrough": "explain",
    "critique": "critique",
    "backup": "copy",
    "proof": "prove",
    "derivation": "derive",
    "look": "look at",
    "read-through": "review",
    "check": "check",
    "search": "search",
}
# Nouns of loss that a light verb carries: "do a hard reset".
NOUN_LOSSES = _words("reset wipe purge force-push rollback teardown flush prune uninstall hard-reset")
REPORT = _words(
    "show tell list report print display explain summarise summarize point describe give say note output highlight "
    "flag mention let paste return suggest recommend count"
)
RUN = _words(
    "run execute build compile rerun re-run rebuild recompile launch start typecheck type-check test lint invoke serve "
    "install commit push pull checkout stage clone typeset preview benchmark"
)
EDIT = _words(
    "fix add change update replace set insert append prepend remove delete move copy create make turn put use "
    "switch enable disable mark adjust correct convert increase decrease raise lower rename bump format "
    "reformat prettify beautify indent reindent re-indent dedent sort re-sort alphabetise alphabetize "
    "uncomment comment capitalise capitalize lowercase uppercase swap trim strip align wrap rewrap re-wrap unwrap "
    "renumber increment decrement pin toggle dedupe deduplicate touch italicise italicize bold quote unquote escape "
    "substitute duplicate edit modify tweak amend alter drop collapse join number tag retag hyphenate "
    "reorder re-order reverse flip downgrade upgrade import export declare define configure hardcode "
    "mkdir include exclude whitelist allowlist normalise normalize link attach save patch "
    "reword relabel restyle replace-all lint untag bulletise order title-case titlecase sentence-case unindent shift "
    "initialise initialize pretty-print auto-format autoformat re-format minify construct chmod symlink set-up leave ignore skip store cut paste record reflow"
)
WORK = _words(
    "review refactor rewrite write implement improve extend debug analyse analyze audit optimise optimize simplify "
    "summarise summarize document translate proofread draft paraphrase generate develop introduce integrate diagnose "
    "evaluate assess critique suggest propose compare extract inline decouple parametrise parametrize parameterise "
    "parameterize cover mock handle support validate polish tighten shorten condense expand restructure rework "
    "modernise modernize split merge trace profile annotate compose outline harden sanitise sanitize vectorise "
    "vectorize parallelise parallelize cache memoise memoize illustrate draw plot port migrate stub reproduce "
    "bisect investigate explore estimate rephrase consolidate generalise generalize abstract encapsulate "
    "instrument streamline rethink restyle reduce speed decide choose recommend figure track isolate pinpoint "
    "troubleshoot solve resolve prevent stop avoid guard protect protect-against secure model wire hook stream emit expose "
    "prove disprove derive formalise formalize work reason argue determine establish design architect threat-model "
    "plan strategise strategize brainstorm synthesise synthesize reconcile scaffold bootstrap rearrange "
    "classify categorise categorize label group file sync synchronise synchronize deploy release publish ship "
    "rebase revert roll scale provision restore upload download send post email tune calibrate train "
    "fill complete finish adapt apply rebuild backport polyfill transform transpile "
    "debounce throttle lazy-load paginate localise localize internationalise internationalize dockerise dockerize containerise containerize modularise modularize prefetch preload style animate encrypt compress minify hash serialise serialize revise restyle redo continue speed-up type-annotate unit-test stabilise stabilize strengthen pick select point close perform conduct carry provide produce merge carry come cut-down quantify demonstrate discuss contrast critique judge weigh monitor benchmark measure experiment try go "
    "reorganise reorganize organise organize tidy clean enhance spruce sort-out declutter fine-tune reshape refine "
    "untangle deal sharpen clarify "
)
VAGUE = _phrases(
    "clean|clean up|tidy|tidy up|organise|organize|reorganise|reorganize|improve|polish|optimise|"
    "optimize|modernise|modernize|enhance|spruce up|sort out|fix up|beautify|streamline|simplify|"
    "refactor|rework|restructure|deal with|take care of|declutter|refine|touch up|refresh|revamp|"
    "overhaul|freshen up|straighten out|sort|group|rearrange|rationalise|rationalize|upgrade|adjust|"
    "tweak|neaten|neaten up|jazz up|finish|finish up|complete"
)
# Verbs whose particle changes or fills out their meaning.
PHRASAL = _phrases(
    "clean up|tidy up|sort out|fix up|spruce up|touch up|freshen up|neaten up|jazz up|straighten out|"
    "finish up|deal with|take care|look at|look up|look for|look into|look through|look over|dig into|"
    "work out|figure out|find out|point out|set up|check out|comment out|speed up|go through|go over|"
    "walk through|walk me|write up|tick off|check off|turn on|fill in|fill out|break up|break down|"
    "come up|roll out|wire up|hook up|spin up|bring up|start up|sum up|add up|pull out|carry on|"
    "keep going|log out|read through|lay out"
)
SPECIAL = _words(
    "do continue proceed retry repeat undo redo go finish handle sort keep ensure make wait stop"
)
# Verbs with a particle: the pair names the verb.
PARTICLES = _words("with up out off away down over through into back for at on rid")
VERBS = (
    READ
    | EXPLAIN
    | RUN
    | EDIT
    | WORK
    | SPECIAL
    | _words("revamp overhaul refresh neaten jazz straighten freshen clear take have")
)

ARTICLES = _words(
    "the a an this that these those my our your his her its their each every all any some both no"
)
PREPOSITIONS = _words(
    "in from of on at inside within under into to for with by across throughout over against through between during "
    "onto off out via as than like without after before until since above below near beside around about per"
)
PRONOUNS = _words(
    "it this that them these those one ones they something everything anything stuff thing things"
)
QUESTION_WORDS = _words(
    "what what's whats which who who's whose where where's when why why's how how's whether"
)
AUXILIARIES = _words(
    "is are was were does do did has have had can could should would will shall may might must isn't aren't wasn't "
    "weren't doesn't don't didn't hasn't haven't hadn't can't couldn't shouldn't wouldn't won't am"
)
NEGATIONS = _words(
    "not don't dont doesn't didn't never without no cannot can't won't shouldn't mustn't avoid neither nor isn't nothing "
    "stop prevent refuse refrain instead"
)
ADVERBS = _words(
    "just simply quickly now then next first firstly second secondly third finally lastly also please pls plz kindly "
    "maybe perhaps really actually again carefully safely only quietly permanently completely fully totally "
    "entirely immediately asap basically go properly temporarily literally afterwards afterward subsequently still "
    "instead so ok okay alright right well and or but plus yes yeah yep sure great cool perfect too ahead hey hi "
    "hello claude there hmm hm uh um ugh well thanks quick one again once"
)
# Words of which a polite beginning is made ("could I trouble you to"), how it may begin, and how it ends before its verb.
MANNERS = _words(
    "a able also am anyone appreciate are ask asking awesome be beg can cool could do ever favor favour fine for "
    "get glad going good got gotta grateful great happy has have help helpful hope hoping i i'd i'm i've if "
    "important is it it'd it's just kindly let like love makes may maybe me might much must necessary need needs "
    "nice one perhaps please possible possibly really request sense should so somebody someone that that's the "
    "there think time to too trouble u us very wanna want wants was we we'd we're we've were whether will willing "
    "wonder wondering would you you'd you're"
)
MANNERS_BEGIN = _words(
    "can could i i'd i'm i've if it it'd it's kindly let may might our please somebody someone that's u we we'd "
    "we're we've will would you you'd you're your"
)
MANNERS_END = _words(
    "and anyone can could gotta kindly might must please should somebody someone that to u wanna we will would "
    "you"
)
# Other ways to begin that carry no request of their own.
OPENERS = _phrases(
    "after that|after this|and while you're at it|any chance you could|are you able to|as a bonus|"
    "as a first step|as a next step|as well as that|at the same time|be so kind as to|be sure to|begin to|"
    "besides that|btw|by the way|can you also|could you possibly|do me a favor and|do me a favour and|"
    "do not forget to|do you think you could|don't forget to|feel free to|for me|for this project|fyi|"
    "go ahead and|go and|good afternoon|good morning|gotta|have to|help me|help me to|help us|"
    "if it's not too much trouble|if possible|if that works|if that's ok|if that's okay|if you don't mind|"
    "in addition|in my project|in our repo|in the meantime|in this project|in this repo|in this repository|"
    "is it possible to|is there any chance you could|last but not least|let us|let's|lets|make sure to|"
    "make sure you|many thanks|need to|need you to|next step is to|next up|on top of that|once done|"
    "once finished|once that's done|once you're done|one last thing|one more thing|please do|proceed to|"
    "quick question|quick task|remember to|small task|small thing|start to|step 1|step 2|step 3|task|"
    "thank you|thanks a lot|the goal is to|the idea is to|the next step is to|the task|the task is to|"
    "time to|to be clear|to be safe|to begin with|to save space|todo|try and|try to|use haiku and|"
    "use haiku to|use opus to|use sonnet to|using haiku|want to|want you to|when done|when finished|"
    "when that's done|when you get a chance|when you get a moment|when you have a moment|"
    "when you have finished|when you have time|when you're done|when you're finished|while at it|"
    "while you are at it|while you're at it|while you're there|why don't we|why don't you|why not|"
    "with haiku|would you be so kind as to|you may|your job is to|your mission is to|your next task is to|"
    "your task|your task is to"
)
OPENERS_BY_HEAD: dict[str, tuple[tuple[str, ...], ...]] = {}
for _phrase in sorted((tuple(line.split()) for line in OPENERS), key=len, reverse=True):
    OPENERS_BY_HEAD[_phrase[0]] = (*OPENERS_BY_HEAD.get(_phrase[0], ()), _phrase)
# After these a gerund is the request ("would you mind deleting ...").
GERUND_OPENERS = tuple(
    tuple(phrase.split())
    for phrase in (
        "would you mind|do you mind|mind|start by|start with|begin by|begin with|start|begin|try|"
        "consider|how about|what about|finish by|finish"
    ).split("|")
)
COURTESY = _words(
    "help please pls plz thanks thank you ty thx cheers hey hi hello claude ok okay great perfect cool nice awesome appreciated "
    "much so very many lot a for your help in advance kindly sorry morning good afternoon evening there folks team buddy "
    "mate friend dear bot assistant regards best again and that's all it is urgent asap cheers! quick one would be wonderful "
    "question task favour favor small curious wondering asking hiya hola yo tiny thing"
)
CONFIRMATIONS = _words(
    "yes yeah yep yup ok okay sure fine go ahead do it that proceed continue please sounds good great perfect looks lgtm "
    "approved agreed correct right exactly absolutely definitely of course confirmed confirm y k alright cool works for "
    "me ship thanks thank you both all them the first second third one option a b c 1 2 3 yes! keep going carry on "
    "next now and just so then i think let's let us do this"
)

_CLASSES = (
    ("explain", EXPLAIN),
    ("read", READ),
    ("run", RUN),
    ("edit", EDIT),
    ("work", WORK),
    ("special", SPECIAL),
)


_PHRASAL_CLASSES = {
    **dict.fromkeys(
        (
            "set up",
            "look into",
            "dig into",
            "come up",
            "work out",
            "figure out",
            "roll out",
            "speed up",
            "break up",
            "sort out",
            "pull out",
        ),
        "work",
    ),
    **dict.fromkeys(
        (
            "point out",
            "find out",
            "look at",
            "look over",
            "look through",
            "go over",
            "read through",
            "check out",
        ),
        "read",
    ),
    **dict.fromkeys(("walk me", "walk through"), "explain"),
    **dict.fromkeys(("comment out", "tick off", "check off", "fill in"), "edit"),
}


def verb_class(verb: str) -> str:
    """Tell what a base-form verb asks for.

    Args:
        verb: a lower-case verb, perhaps with its particle ("clean up").

    Returns:
        "explain", "read", "run", "edit", "work", "special", or "" for a verb this lexicon does not know.
    """
    head = verb.split(" ", 1)[0]
    if verb in _PHRASAL_CLASSES:
        return _PHRASAL_CLASSES[verb]
    for name, words in _CLASSES:
        if head in words:
            return name
    return ""
