"""German, French, Spanish, Italian, Portuguese and Dutch words of common requests, each with its English gloss."""

from __future__ import annotations

from . import lexicon as lex
from .lexicon_loss import FORMS

__all__ = ["GLOSS", "LAST_VERBS", "PHRASES", "SURE"]

_TABLE = """
format: formatiere formatier formatieren formatiert formate formater formatez formatea formatear formatta formattare formatar formatteer formatteren
show: zeig zeige zeigen montre montrer montrez affiche afficher affichez muestra mostrar muestre mostra mostre mostrare toon tonen
show-me: muéstrame muestrame mostrami montre-moi zeigt
read: lies lese lire lis lee leer leggi leia lees
list: liste lister listez auflisten lista enumera elenca elencare liste-moi
open: öffne öffnen ouvre ouvrir abre abrir apri
search: suche suchen such cherche chercher cherchez busca buscar cerca cercare procura procurar zoek zoeken
find: finde finden trouve trouver trouvez encuentra encontrar trova trovare encontra encontre vind vinden
count: zähle zählen compte compter cuenta contar conta contare tel
explain: erkläre erklär erklären explique expliquer expliquez explica explícame explicar spiega spiegami spiegare verklaar
describe: beschreibe beschreiben décris décrire describe descrivi descreve descreva beschrijf
check: prüfe prüf prüfen überprüfe überprüfen kontrolliere vérifie vérifier vérifiez verifica verificar comprueba verificare controlla verifique controleer
review: revê reveja rever revisa revisar révise relis relire relisez rivedi revisiona reviser begutachte revise bekijk
write: schreibe schreib schreiben écris écrire écrivez rédige rédiger escribe escribir scrivi scrivere escreve escreva escrever schrijf schrijven
add: acrescenta acrescente acrescentar füge ergänze hinzufügen ergänzen ajoute ajouter ajoutez añade añadir agrega agregar aggiungi aggiungere adiciona adicione adicionar voeg toevoegen
change: ändere änder ändern modifie modifier modifiez cambia cambiar modifica modificar cambiare modificare muda mude alterar altere verander wijzig wijzigen
replace: ersetze ersetzen remplace remplacer remplacez reemplaza sustituye reemplazar sostituisci sostituire substitui substitua substituir vervang vervangen
rename: benenne umbenennen renomme renommer renommez renombra renombrar rinomina rinominare renomeia renomeie renomear hernoem hernoemen
fix: korrigiere korrigieren behebe beheben repariere reparieren fixe corrige corriger corrigez répare réparer corregir arregla arreglar correggi correggere corrija corrigir corrigeer herstel
fix-it: arréglalo arreglalo corrígelo corrige-le corrige-la correggilo conserta
sort: sortiere sortieren trie trier triez ordena ordenar ordina ordinare sorteer sorteren
refactor: refaktoriere refaktorier refaktorieren refactorise refactoriser refactorisez refactoriza refactorizar refattorizza refatora refatore refatorar refactore
improve: verbessere verbessern améliore améliorer améliorez mejora mejorar migliora migliorare melhora melhore melhorar verbeter verbeteren
optimise: optimiere optimieren optimise optimiser optimiza optimizar ottimizza ottimizzare otimiza otimize optimaliseer
rework: überarbeite überarbeiten retravaille rielabora herwerk
rewrite: umschreiben réécris réécrire reescribe reescribir riscrivi reescreva herschrijf
implement: implementiere implementieren implémente implémenter implementa implementar implementare implemente implementeer
create: erstelle erstellen erzeuge erzeugen crée créer créez crea crear creare cria crie criar maak-aan
test: teste testen tester testez probar testa testare testar
compile: kompiliere kompilieren compile compiler compilez compila compilar compilare compileer
run: starte starten ausführen führe lance lancer lancez exécute exécuter ejecuta ejecutar corre esegui eseguire executa executar roda
install: installiere installieren installe installer instala instalar installa installare installeer
translate: übersetze übersetzen traduis traduire traduisez traduce traducir traduci tradurre traduz traduza traduzir vertaal vertalen
summarise: fasse zusammenfassen résume résumer résumez resume resumir riassumi riassumere resuma vat
prove: beweise beweisen prouve prouver prouvez démontre démontrer demuestra demostrar dimostra dimostrare prova prove provar bewijs
design: entwirf entwerfe entwerfen conçois concevoir diseña diseñar progetta progettare projete ontwerp
delete: lösche lösch löschen loesche loeschen supprime supprimer supprimez efface effacer borra borrar elimina eliminar cancella cancellare eliminare apaga apague apagar exclui exclua excluir verwijder verwijderen wis wissen
remove: entferne entfernen enlève enlever retire retirer quita quitar rimuovi rimuovere remova remover
empty: leere leeren vide vider videz vacía vaciar svuota svuotare esvazia esvazie leegmaken
overwrite: überschreibe überschreiben écrase écraser sobrescribe sovrascrivi sobrescreva overschrijf
move: verschiebe verschieben déplace déplacer déplacez mueve mover sposta spostare move-o verplaats
copy: kopiere kopieren copie copier copiez copia copiar copiare copie kopieer
make: mach mache machen rends rendre haz hacer fais faire fai rendi faz faça maak
clean: bereinige bereinigen räum räume aufräumen nettoie nettoyer nettoyez limpia limpiar pulisci pulire limpa limpe ruim
organise: organisiere ordne organisieren range ranger organiza organizzare organizza
set: metti mettere coloca colocar coloque setze setzen stelle mets mettre pon poner imposta definisci define defina
please: bitte svp stp veuillez alsjeblieft favore
can: kannst könntest können kann peux peut pouvez pourrais pourriez puedes podrías puede puoi potresti pode podes poderia kun
you: du tu vous usted ihr você je
me: mir moi
just: mal nur seulement solo juste even
that: das ça cela eso esto ceci questo isso dat
must: muss müssen doit debe deve moet
missing: fehlt fehlen falta faltan faltam manque manquent manca mancano ontbreekt
between: zwischen entre tra fra tussen
it-is: c'est
too: trop troppo demasiado demais
works: funktioniert fonctionne funciona funziona werkt
it: es ihn
what: was que qué wat cosa o-que
why: warum wieso weshalb pourquoi perché waarom
how: wie cómo come como hoe
where: wo où dónde dove onde waar
which: welche welcher welches welchen quel quelle quels qual cuál welke
does: macht tut fait hace fa faz doet
is: ist est ist-das está è é
do: do-it
the: der die den dem des el los las le la les il lo gli i o os as het de
a: ein eine einen einem einer un une una uno um uma een
my: mein meine meinen mon ma mes mi mis mio mia meu minha mijn
in: im dans en nel nella em na nos nas dans-le
of: von vom du de del della dei di do da dos das van
from: aus depuis desde dal dalla
under: unter sous
to: a zu zum zur auf nach à au aux para al
with: mit durch avec con com met por par
without: ohne sans sin senza sem zonder
for: für pour
and: und et y e ed en-ook
or: oder ou ofwel
then: dann danach anschließend puis ensuite luego después poi depois dan
not: nicht pas ne non não niet
nothing: nichts rien nada niente
no: kein keine keinen aucun aucune ningún nessun nenhum geen
all: alle allen tous toutes todos todas tutti tutte
everything: alles tout todo tutto tudo
whole: ganze ganzen ganzer entier entière entera entero completa completo intero intera inteira
last: letzte letzten letzter dernier derniers dernière dernières último últimos últimas ultima última ultimi ultime laatste
first: erste ersten erster premier premiers première premières primero primeras primeros primi prime primeira primeiras eerste
file: datei fichier archivo fichero arquivo ficheiro bestand
files: dateien fichiers archivos ficheros arquivos bestanden
folder: ordner verzeichnis dossier répertoire carpeta directorio cartella pasta map
line: zeile ligne línea linea riga linha regel
lines: zeilen lignes líneas lineas righe linhas regels
typo: tippfehler rechtschreibfehler schreibfehler faute errata refuso tikfout typfout
typos: fautes erratas refusi
spelling: rechtschreibung orthographe ortografía ortografia spelling
error: fehler erreur errore fout erro
errors: erreurs errores errori fouten erros
heading: überschrift titre título titolo
headings: überschriften titres títulos titoli
comment: kommentar commentaire comentario commento comentário
comments: kommentare commentaires comentarios commenti comentários
whitespace: leerzeichen espaces espacios spazi espaços spaties
indentation: einrückung einrückungen indentación indentazione indentação
function: funktion fonction función funzione função functie
functions: funktionen fonctions funciones funzioni funções functies
class: klasse classe clase
section: abschnitt sección sezione seção
paragraph: absatz paragraphe párrafo paragrafo
contents: inhalt contenu contenido contenuto conteúdo inhoud
code: quelltext quellcode
database: datenbank datenbasis
proof: beweis preuve démonstration
better: besser mieux mejor meglio melhor beter
nicer: schöner hübscher bonito bello mooier joli
faster: schneller rapide rápido veloce sneller
version: versión versione versão versie
tests: unittests unit-tests pruebas prove-unitarie
command: befehl commande comando
this: dieser diese dieses diesen ce cette cet ces este esta quest deze
note: notiz
notes: notizen
variable: variabele variável
docs: dokumentation documentatie
settings: einstellungen
skip: hinzu ab auf-deutsch an
update: aktualisiere aktualisieren actualise actualiser actualiza actualizar aggiorna aggiornare atualiza atualize atualizar mets-à-jour bijwerken
increase: erhöhe erhöhen augmente augmenter sube subir aumenta aumentar aumentare aumente verhoog verhogen
lower: senke senken verringere baisse baisser réduis réduire baja bajar reduce abbassa riduci ridurre baixa baixe reduz reduza verlaag verlagen
swap: tausche tauschen vertausche échange échanger intercambia troca trocar scambia scambiare verwissel
use: verwende verwenden benutze benutzen nutze utilise utiliser usa utiliza utilizar utilizza utilizzare use gebruik gebruiken
insert: einfügen insère insérer inserta insertar inserisci inserire insere insira inserir
shorten: kürze kürzen raccourcis raccourcir acorta acortar accorcia accorciare encurta encurte encurtar kort inkorten
split: teile aufteilen zerlege divise diviser divide dividir dividi dividere splits
merge: zusammenführen fusionne fusionner fusiona unisci unire junta juntar samenvoegen
move: verschieben
extract: extrahiere extrahieren extrais extraire extrae extraer estrai estrarre extrai extraia extrair
document: dokumentiere dokumentieren documente documenter documenta documentar documentare
migrate: migriere migrieren migre migrer migra migrar migrare migreer migreren
adapt: anpassen passe adapte adapter adapta adaptar adattare aanpassen
upgrade: hochziehen
restyle: umgestalten
cite: zitiere cite citer cita citar citare
close: schließe ferme fermer cierra chiudi fecha sluit
count: zähl
guess: rate
parameter: paramètre parámetro parametro parâmetro
parameters: parametern paramètres parámetros parametri parâmetros
date: datum fecha
name: namen nom nombre nome naam
value: wert valeur valor valore waarde
text: texte texto testo tekst
title: titel
page: seite página pagina
image: bild imagen immagine imagem afbeelding
table: tabelle tableau tabla tabella tabela tabel
link: lien enlace collegamento ligação koppeling
word: wort mot palabra parola palavra woord
sentence: satz phrase frase zin
chapter: kapitel chapitre capítulo capitolo hoofdstuk
button: schaltfläche knopf bouton botón pulsante botão
comma: komma virgule coma virgola vírgula
order: reihenfolge ordre orden ordine ordem volgorde
colour: farbe couleur color colore cor kleur
size: größe taille tamaño dimensione tamanho grootte
column: spalte colonne columna colonna coluna kolom
row: reihe rangée fila
list: liste lijst
vulnerabilities: sicherheitslücken schwachstellen vulnérabilités vulnerabilidades vulnerabilità kwetsbaarheden
key: schlüssel clé clave chiave chave sleutel
number: nummer zahl numéro número numero getal
test: testfall essai prueba
form: formular formulaire formulario formulário formulier
validation: validierung validación validazione validação validatie
message: nachricht meldung mensaje messaggio mensagem bericht
options: optionen opciones opzioni opções opties
option: opción opzione opção optie
difference: unterschied différence diferencia differenza diferença verschil
missing: fehlende fehlenden fehlender fehlendes manquant manquante manquants faltante faltantes mancante mancanti ontbrekende
wrong: falsch falsche falschen mauvais mauvaise incorrecto errato sbagliato errado verkeerd
other: andere anderen anderes autre otro otra altro altra outro outra
new: neue neuen neuer neues nouveau nouvelle nuevo nueva nuovo nuova novo nova nieuw nieuwe
old: alte alten alter altes vieux vieille ancien ancienne viejo vieja vecchio vecchia velho velha oude
unused: ungenutzte ungenutzten unbenutzte inutilisé inutilisés
little: bisschen etwas peu poco pouco beetje
more: mehr plus más più mais meer
when: wenn wann lorsque quand cuando quando wanneer als
how-many: wieviele combien cuántos cuántas quanti quante quantos quantas hoeveel
happens: passiert passe-t-il pasa succede acontece
contains: enthält vorkommt contient contiene contém bevat
which-contain: denen
through: durchs
its: ihre ihren ihrer seine seinen seiner dele dela suo sua seu leurs zijne
project: projekt projet proyecto progetto projeto
app: anwendung
"""
_AMBIGUOUS = frozenset(
    "mit met pasta van usa lien lies lee para hoe quest valor pour installer adapter dove trier ranger lis mein mia tut leia meer del such todos a todo i o as os do da la le les die was an en es du de des on so et y e map come range move test tests spelling lista me no do compile "
    "tester resume optimise describe compiler leg tel vat par it in que per con como i is a note section code version copie "
    "fixe mal prove retire vide conta um uma una even you me dan der den dem il lo uno liste porter revise fa per solo "
    "execute define prime change conserve remover formate mis mio al au faz fait wie wo wat wis un ist toon la los las par "
    "pas non ne ed je na nos das dos data mover sin retirer tu est ce or ou my mes ma mon em com son ton teste poi kan kun "
    "with par liste juste bello que nada come lance corre variable das skip por a to for import export class function "
    "use baja adapte reduce divide junta splits passe cite rate fecha datum nome cor table fila phrase mot ordre page image coma orden "
    "bouton plus mais quando als alter old nova poco pasa satz bild wort date titel texte numero option options message nombre nom "
    "taille liste clave seite namen kort otro otra altro outro taglia update kapitel komma cita document denen an color colore".split()
)
_DROPPED = frozenset("skip".split())
GLOSS: dict[str, tuple[str, ...]] = {}
for _line in _TABLE.strip().splitlines():
    _english, _, _foreign = _line.partition(": ")
    for _word in _foreign.split():
        GLOSS.setdefault(_word, () if _english in _DROPPED else tuple(_english.split("-")))
# Words that are no English: one of them tells that the text may be read through the gloss.
SURE = frozenset(word for word in GLOSS if word not in _AMBIGUOUS and len(word) > 2)
# Phrases first, longest first.
PHRASES: dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {}
for _source, _english in (
    ("s'il te plaît", "please"),
    ("s'il vous plaît", "please"),
    ("por favor", "please"),
    ("per favore", "please"),
    ("en busca de", "for"),
    ("à la recherche de", "for"),
    ("ce que fait", "what does"),
    ("c'est quoi", "what is"),
    ("à procura de", "for"),
    ("qu'est-ce que", "what is"),
    ("que hace", "what does"),
    ("cosa fa", "what does"),
    ("was macht", "what does"),
    ("banco de dados", "database"),
    ("base de datos", "database"),
    ("base de données", "database"),
    ("laat zien", "show"),
    ("leg uit", "explain"),
    ("voer uit", "run"),
):
    _parts = tuple(_source.split())
    PHRASES[_parts[0]] = (*PHRASES.get(_parts[0], ()), (_parts[1:], tuple(_english.split())))
# German infinitives close their clause: "die Datei formatieren".
LAST_VERBS = frozenset(
    word
    for word in SURE
    if word.endswith("n") and GLOSS[word] and (GLOSS[word][0] in lex.VERBS or GLOSS[word][0] in FORMS)
)
