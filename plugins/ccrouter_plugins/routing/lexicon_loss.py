"""Verbs of loss in English, with their forms, and stems of such verbs in other languages."""

from __future__ import annotations

import re
from typing import NamedTuple

from .patterns import regex

__all__ = ["FOREIGN", "FORMS", "PAIRS", "STRUCTURES", "STRUCTURE_WORDS", "Loss"]


class Loss(NamedTuple):
    """A form of a verb of loss.

    `base` names the verb, `form` is "base", "s", "ing" or "ed"; `nature` is "edit" (may only cut text out of a
    file), "loss" (always loses something) or "service" (a loss when it hits a service).
    """

    base: str
    form: str
    nature: str


_EDIT = (
    "remove delete drop erase eliminate clear discard ditch scrap zap nuke kill wipe trash axe prune reset purge toss chuck "
    "rid bin strip banish excise junk empty vaporise vaporize yeet expunge"
)
_LOSS = (
    "destroy uninstall decommission terminate revoke deprovision truncate overwrite unlink shred obliterate annihilate "
    "force-push unpublish evict deactivate flush torch demolish raze eradicate incinerate rm rmdir del clobber dismantle "
    "deregister unregister dispose offboard rollback scrub exterminate liquidate hard-reset factory-reset wipeout nullify "
    "teardown undeploy deallocate reimage re-image repartition reformat-disk zeroise zero-out sunset expire forget "
    "evaporate deauthorize deauthorise invalidate disown unprovision"
)
_SERVICE = "disable stop suspend cancel abort block ban halt retire pause quarantine detach drain unsubscribe disconnect"
_PAIRS = {
    "edit": "take off|get out|get rid|get shot|take out|throw away|throw out|rip out|do away|weed out|chuck out|chuck away|toss out|clear away|cut away",
    "loss": (
        "blank out|tear down|shut down|take down|take offline|blow away|wipe out|wipe clean|kill off|clear out|clean out|empty out|"
        "roll back|start over|start afresh|force push|hard reset|factory reset|bring down|spin down|wind down|close down|"
        "write over|zero out|phase out|finish off|hose down|nuke away|burn down|mow down|flush out|tear apart|"
        "knock offline|pull offline|bring offline|purge out|blow up|lock out|sign off|"
        "dispose of|scrap off|strip out|chop out|knock down|pull down|strip away"
    ),
    "service": "switch off|turn off|power off|power down|shut off",
}
_DOUBLING = frozenset(
    "bin drop scrap zap rid reset hard-reset factory-reset rm del ban quit cut strip rip get shut stop expel".split()
)
_PAST = {
    "overwrite": ("overwrote", "overwritten"),
    "throw": ("threw", "thrown"),
    "take": ("took", "taken"),
    "tear": ("tore", "torn"),
    "blow": ("blew", "blown"),
    "get": ("got", "gotten"),
    "shut": (),
    "rid": (),
    "reset": (),
    "do": ("did", "done"),
    "bring": ("brought",),
    "wind": ("wound",),
    "spin": ("spun",),
    "write": ("wrote", "written"),
    "forget": ("forgot", "forgotten"),
    "sunset": (),
    "cut": (),
}


def _inflect(base: str) -> dict[str, str]:
    """Return the forms of a verb: form word -> name of the form."""
    forms = {base: "base"}
    stem = base[:-1] if base.endswith("e") else base + base[-1] if base in _DOUBLING else base
    ending = "es" if base.endswith(("sh", "ch", "s", "x", "z")) else "s"
    forms.setdefault(base + ending, "s")
    if base.endswith("y") and base[-2] not in "aeiou":
        forms.setdefault(base[:-1] + "ies", "s")
        forms.setdefault(base[:-1] + "ied", "ed")
    forms.setdefault(stem + "ing", "ing")
    for past in _PAST.get(base, (stem + "ed",)):
        forms.setdefault(past, "ed")
    return forms


def _single() -> dict[str, Loss]:
    return {
        word: Loss(base, form, nature)
        for nature, verbs in (("service", _SERVICE), ("loss", _LOSS), ("edit", _EDIT))
        for base in verbs.split()
        for word, form in _inflect(base).items()
    }


def _paired() -> dict[str, dict[str, Loss]]:
    found: dict[str, dict[str, Loss]] = {}
    for nature, pairs in _PAIRS.items():
        for pair in pairs.split("|"):
            head, particle = pair.split()
            for word, form in _inflect(head).items():
                found.setdefault(word, {})[particle] = Loss(pair, form, nature)
    return found


FORMS = _single()
# First word -> particle -> verb; the particle follows at once or after the object.
PAIRS = _paired()

# Loss said without a verb of loss. Read on a line of words in which a file is "<path>", a folder "<dir>", a quotation '"'.
STRUCTURES = regex(
    r"\b(?:"
    r"(?:make|have|let|want|wants|need|like|get)\b.{0,80}\b(?:disappear|vanish|go away|gone|cease to exist|die|history)\b"
    r"|(?:replace|swap|overwrite|fill|set|leave|make|recreate)\b.{0,80}\b(?:with|to|as)? ?(?:an? )?(?:empty|blank|zero-byte|zeroed|nothing|zeros|zeroes|nulls)\b"
    r"(?: file| files| one| folder| database| contents| content| string)?(?=$| ?[^\w ]| (?:now|please|pls|thanks|just|and|then|so|for|because|asap|again)\b)"
    r"|(?:replace|swap|overwrite) (?:all )?(?:of )?(?:the )?(?:contents?|everything|data|body|text) (?:of|in|inside|from)\b.{0,80}\bwith (?:an? )?(?:empty|blank|nothing|zeros|random)"
    r"|(?:start|begin|starting|restart|rebuild|recreate|re-create|redo|reinstall|regenerate|reseed|bootstrap)\b.{0,50}\b(?:from scratch|from zero|afresh|anew|from a clean slate)\b.{0,60}\b(?:database|db|repo|repository|branch|history|env|environment|cluster|data|schema|disk|server|install)\b"
    r"|(?:database|db|repo|repository|branch|history|cluster|schema|disk|server|machine)\b.{0,40}\b(?:from scratch|from zero|afresh|anew|a clean slate|pristine)\b"
    r"|(?:recreate|re-create|reinitialise|reinitialize|re-initialise|re-initialize) (?:the |my |our |this )?(?:\w+ ){0,2}(?:database|db|repo|repository|cluster|schema|disk|volume|bucket|environment)\b"
    r"|(?:format|reformat|repartition|partition|zero|wipe) (?:the |my |this |that |our )?(?:\w+ ){0,2}(?:disk|drive|partition|card|stick|volume|usb|ssd|hdd|device)\b"
    r"|(?:move|send|put|throw|drag|toss|chuck)\b.{0,80}\b(?:to|in|into) (?:the |my )?(?:trash|bin|recycle bin|garbage|dustbin|rubbish)\b"
    r"|(?:rewrite|squash|rebase|amend|scrub|erase|clean|alter) (?:the |our |my |all |away )?(?:\w+ ){0,2}history\b"
    r"|(?:undo|discard|revert|abandon|reverse|lose|throw) (?:all |any |every |away )?(?:of )?(?:my|our|the|these|those|local|uncommitted|unstaged|pending|staged|last|recent|unsaved)\b.{0,40}\b(?:changes?|commits?|edits|work|modifications|migrations?|releases?|deployments?|merge)\b"
    r"|(?<!where it )(?<!where they )(?<!where this )(?<!where that )(?:must|should|can|has to|have to|needs to|need to|gotta|got to|ought to) (?:all |now |finally |just )?go\b(?! (?:in|into|to|through|on|over|under|back|from|at|with|after|before|up|down))"
    r"|(?:say goodbye to|bid farewell to|put .{1,40} out of its misery|pull the plug|send .{1,40} to oblivion|lose the whole)\b"
    r"|(?:free up|reclaim|recover) (?:some |more |all |the |a bit of )?(?:disk|space|storage|room|gigs|gb|on the disk|on disk)\b"
    r"|no trace of\b|without (?:a )?trace|(?:undo|reverse) (?:everything|all)\b"
    r"|(?:set|truncate|cut|shrink|reduce|bring|make)\b.{0,80}\b(?:zero|0|<number>) (?:bytes?|length|size)\b|(?:should|must|shall|has to|have to|needs to|need to|better) be gone\b|lose (?:all|every|the|those|these|my|our)\b"
    r"|(?:restore|load|import|write|copy|dump|sync|replay|pour)\b.{0,80}\bover (?:the |my |our |its |whatever |what |top of )?(?:\w+ ){0,2}(?:database|db|data|live|existing|current|prod\w*|files?|folder|disk|table|copy|old|one|<path>|<dir>)\b"
    r"|make (?:some |more |a bit of )?(?:room|space)\b|(?:a|the) (?:blank|fresh|pristine|clean) (?:database|db|slate|repo|state)\b|keep only the (?:last|latest|newest|most recent)|keep nothing|leave nothing|leave no trace"
    r"|(?:set|update|change|overwrite|zero) (?:all|every|each|everyone's|everybody's)\b.{0,60}\b(?:to|with) (?:0|zero|null|empty|nothing)\b"
    r"|(?:push|pushed|pushing)\b.{0,30}\b(?:with |by |using )?(?:force|forcefully|forcibly|forced)\b|(?:force|forcibly|forcefully)[ -](?:update|push|overwrite|remove|delete)"
    r"|(?:lock|kick|boot|throw|cut) (?:all |every |everyone|everybody|the |our )?.{0,40}\b(?:out|off)(?=$| ?[^\w ]| (?:now|please|pls|thanks|just|and|then|so|of|for|because|asap|again)\b)"
    r"|(?:cut off|remove|strip|take away|pull|withdraw|block|end|rescind) (?:\w+'?s? ){0,4}(?:access|permissions?|privileges|rights)\b"
    r"|(?:point|reset|move|rewind|roll) (?:the |my |our |this )?(?:\w+ ){0,2}(?:branch|head|main|master|repo) (?:back )?(?:to|by|onto)\b"
    r"|(?:clean|cleanup|clean-up|clean up|tidy up|clear up|sweep|sweep up) (?:up )?(?:all |the |my |our |any |every |out )*(?:of )?(?:the )?(?:\w+ ){0,2}"
    r"(?:caches?|artifacts?|artefacts?|branches|images|containers|volumes|node_modules|dist|tmp|temp|disk|backups|snapshots|pods|tables|rows|records|"
    r"accounts|buckets|databases?|worktrees|tags|releases|logs|builds?|leftovers|orphans|junk|resources|deployments|namespaces)\b"
    r"(?! (?:code|page|section|config|readme))"
    r"|(?:clean|clean up|tidy up|clear up|sweep out|sweep up|sweep) (?:up |out )?(?:all |the |my |our |any )*(?:old|stale|unused|temporary|temp|orphaned|dangling|merged|leftover|obsolete|expired|unneeded) (?!imports?\b|variables?\b|code\b|css\b|rules?\b|functions?\b|styles?\b)\w+"
    r"|(?:should ?n[o']?t|should not|must not|mustn't) (?:exist|be there|be here)\b|(?:replace|overwrite|swap) (?:the |our |all )?(?:production|prod|live|customer|user)\b|(?:revert|restore|reset|roll back|take) (?:the |our |my )?(?:\w+ )?(?:database|db|cluster|server|environment|repo|repository|branch) (?:back )?to\b|cut .{1,50} loose\b"
    r"|(?:undeploy)\b|never (?:ever )?(?:want|wish|need|like|care) to see\b|nothing (?:of (?:it|them|that|this|those) )?(?:remains?|is left|stays?)\b"
    r"|(?:revert|restore|reset|roll back|check ?out|checkout) (?:the |my |all |file )*(?:<path>|<dir>|files?)(?: \S+){0,3}? (?:to|from) (?:(?:what|how|the|its|whatever|it|is|was|in|on|at|state|of|version) )*"
    r"(?:head|last|latest|previous|original|committed|upstream|main|master|develop|<dir>|<name>|<number>)"
    r"|(?:trim|cut|shorten|truncate|crop|reduce|limit)\b.{0,40}<path>.{0,20}\bto (?:its |the |only )?(?:last|first|latest|newest)\b"
    r"|(?:no longer|do not|don't|never) (?:need|want|require) (?:the |this |that |my |our |these |those )?(?:files? |folders? )?(?:<path>|<dir>)"
    r"|(?:disable|suspend|lock|close|freeze|block) (?:the |our |my |all |this |that )?(?:\w+'?s? ){0,2}accounts?\b"
    r"(?! (?:\w+ )?(?:button|page|form|field|link|tab|menu|view|section|settings?|creation|check|test|feature|helper|lockout|in|on))"
    r"|rotate (?:the |our |my |all )*(?:\w+ ){0,3}(?:credentials?|keys?|secrets?|tokens?|passwords?|certificates?)\b(?!.{0,40}<path>)"
    r"|(?:old|existing|current|previous|original|originals) .{0,30}\b(?:be gone|out of here|out the window|to the curb)\b"
    r")"
)
STRUCTURE_WORDS = frozenset(
    "never remains remain stays nothing revert restore checkout check trim shorten truncate crop reduce limit old stale unused temporary orphaned dangling merged leftover obsolete expired unneeded database db cluster server environment repository production prod live customer user shouldn't loose bytes byte length size lose trace over everything all disappear vanish away gone exist die history empty blank zero-byte zeroed nothing zeros zeroes nulls scratch zero afresh anew slate "
    "pristine recreate re-create reinitialise reinitialize re-initialise re-initialize format reformat repartition partition trash bin "
    "garbage dustbin rubbish undo discard revert abandon reverse lose go goodbye farewell misery plug oblivion space room storage disk "
    "gigs only trace null push pushed pushing force forcibly forcefully lock kick boot cut access permission permissions "
    "privileges rights head branch main master repo clean cleanup clean-up tidy clear sweep unstage squash rewrite rebase "
    "amend scrub longer don't need account accounts rotate 0 gb rewind throw".split()
)

# Verbs of deletion elsewhere: whole words (short ones) and stems, in Latin script, by language.
_LATIN_STEMS = (
    "supprim efface(?!ment) effac(?:er|ez|ons) détrui detrui écras(?:e|er|ez)\\b jett(?:e|er|ez)\\b enlèv enlev(?:e|er|ez)\\b vide(?:r|z)?\\b "
    "retir(?:e|er|ez)\\b "
    "lösch loesch entfern(?:e|t|en)?\\b vernicht beseitig zerstör zerstoer überschreib ueberschreib verwirf wirf\\b leer(?:e|en)\\b "
    "borr(?:a|e|o)\\w*\\b schmei(?:ß|ss) wegwerf kasow vire(?:r|z)\\b elimin(?:a|ar|e|en|ad|emos|ate|are|ando)\\b suprim destruy destrui vací vaciar\\b quit(?:a|ar|e|en)\\b desinstal "
    "cancell(?:a|are|i|ate)\\b rimuov rimoz distrugg svuot butta(?:re|te)?\\b disinstall "
    "apag(?:a|ar|ue|uem)\\b exclu(?:a|ir|am|i)\\b remov(?:a|am)\\b delet(?:a|ar)\\b limp(?:a|ar|e)\\b esvazi "
    "verwijder wis(?:sen)?\\b vernietig gooi\\b "
    "rader(?:a|as|at)?\\b förstör töm\\b slett?(?:e|es|et)?\\b fjern(?:e|es|et)?\\b ødelegg slet\\b "
    "usuń usun(?:ąć|ac)?\\b skasuj kasuj wyczyść wyczysc wymaż zniszcz "
    "sil(?:in|iniz|er|mek|in)?\\b kaldır kaldir temizle yok\\s+et boşalt "
    "poist(?:a|aa|akaa)\\b tuhoa töröl torold smaž smaz(?:at|te)?\\b odstraň odstran hapus(?:kan|lah)?\\b xóa xoá xoa\\b șterge sterge(?:ți|ti)?\\b obriši obrisi ištrink kustuta izdzēs"
).split()
_OTHER_STEMS = (
    "удал сотри стере стёр очист уничтож снес сноси убери убрать вычист видал зітри очист знищ прибери изтри избриши обриши "
    "削除 消し 消去 消せ 消す 破棄 抹消 初期化 捨て クリア 空に "
    "删 刪 清空 移除 抹掉 抹除 销毁 銷毀 清除 清理 去掉 格式化 丢弃 扔掉 干掉 毁 重置 "
    "삭제 지워 지우 제거 비워 초기화 없애 날려 파기 "
    "احذف حذف امسح مسح ازل أزل إزالة ازالة دمر فرغ تخلص "
    "हटा मिटा डिलीट नष्ट साफ़ साफ "
    "διαγρ σβήσ σβησ מחק הסר ลบ ล้าง پاک حذف מחיק"
).split()
FOREIGN = regex(
    r"(?<![^\W_])(?:" + "|".join(_LATIN_STEMS) + r")|" + "|".join(sorted(set(_OTHER_STEMS))), re.IGNORECASE
)
