"""Words around names, frequent given names, and capitalised words that are no names."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


TITLES = {
    "nl": "dhr mevr mw meneer mijnheer mevrouw juffrouw juf heer drs ir ing prof dr",
    "en": "mr mrs ms miss mister sir madam dr prof",
}
ADDRESS = word_set(
    """
    dhr mevr mw meneer mijnheer mevrouw juffrouw mr mrs ms mister
    """
)
"""Titles behind which a name may also be written in lower case."""

ROLES = {
    "nl": (
        "collega collega's teamleider teamleidster teammanager teamcoach manager"
        " leidinggevende chef baas directeur directrice afdelingshoofd afdelingsmanager"
        " unithoofd hoofd coördinator ploegleider ploegbaas voorman meewerkend"
        " projectleider planner roostermaker bestuurder voorzitter secretaresse mentor"
        " begeleider adviseur stagiair stagiaire vriend vriendin broer zus zoon dochter"
        " man vrouw vader moeder zwager oom tante neef nicht partner opvolger"
        " voorganger groetjes groeten namens"
    ),
    "en": (
        "colleague coworker co-worker teammate manager supervisor boss director head"
        " leader foreman forewoman coordinator planner chair chairman chairwoman mentor"
        " coach adviser advisor intern friend brother sister son daughter husband wife"
        " father mother uncle aunt cousin partner successor predecessor regards"
    ),
}
PARTICLES = word_set(
    """
    van de der den ten ter te het 't von la le el al bin ibn du da dos op in aan
    """
)
"""Words inside a surname, in lower case."""

SURE_PARTICLES = (
    ("van", "de"), ("van", "der"), ("van", "den"), ("van", "het"), ("van", "'t"),
    ("in", "'t"), ("op", "den"), ("de", "la"), ("ter",), ("ten",), ("von",), ("el",),
    ("bin",),
)  # fmt: skip
"""Particles that belong to the capitalised word behind them."""

GIVEN_NAMES = word_set(
    """
    aaron abdel abdullah achmed adam adri adriaan afke agnes ahmed aisha albert alex
    alexander ali alice alicia alie amina amir amy anders andrea andreas andrew
    angela angelique anita anja anke ankie ann anna annabel anne anneke annelies
    annemarie annemiek annet annie anouk anthony anton antoon arend arie arjan arjen
    arno arnold arthur astrid aukje ayşe barbara bart bas bastiaan beatrix benjamin
    benny bernard bert betty bianca bob boris bouke bram brenda brian brigitte britt
    bruno carla carlo carlos carmen carol carolien caroline cees chantal charles
    charlotte chris christa christiaan christian christina christine cindy claire
    claudia cora corine corrie cynthia daan daniel daniëlle danny daphne dave david
    debbie deborah dennis derk desiree diana dick diederik dineke dirk dominique
    donald doreen dorien dorothy douwe dylan edith edward edwin eefje eelco elena
    elisabeth elise elizabeth ellen elly els elsbeth emily emma emre erica erik
    esmee esther evelien evelyn fatima fatma femke fenna ferdinand fleur floor
    floris fokke frans fred frederik frits gabriel geert george gerard gerda gerrit
    gert gertjan gijs gina giovanni gonda greetje greta guido guus hamza hanna
    hannah hanneke hans harm harold harry hassan heidi hein helen helena hendrik
    henk henny henriëtte henry herman hester hetty hilda hugo huub ibrahim ilse
    ineke inge ingrid irene iris irma isabel isabelle ivo jaap jacco jack jacob
    jacqueline jake jakob james jan jana jane janet janneke jannie jason jasper
    jayden jean jeanette jelle jennifer jenny jeroen jeremy jessica jet jeffrey jim
    jimmy joan joanna job jochem joe joel johan johanna johannes john johnny jolanda
    jolien jonas jonathan joost jordy jorien jorrit joris jos jose josef joseph josé
    joyce juan judith julia julie jurgen jurre justin kaj karel karen karin karlijn
    kathleen katja kees kelly kenneth kevin khadija kim klaas klaus koen koos krijn
    kristel lars laura lauren leon leonie lex lianne lieke liesbeth lilian linda
    lindsey lisa lisette liza lotte louis louise luc lucas luuk maaike maarten
    machiel maike manon marc marcel marco margaret margriet maria mariam marian
    marieke mariëlle marije marijke marina mario marion mariska marit marja marjan
    marjolein marleen marlies marloes marten martha martijn martin martine mary
    maryam mathijs mats matthew matthijs maud maureen maurice mees melanie melissa
    menno mia michael michelle michiel miep mieke mike milan milou mirjam mohamed
    mohammed monica monique mustafa myrthe nadia nancy natalie natasja nathan
    nelleke nick nicky nicole niels nienke nikki nina noa noor olga olivia omar
    oscar otto patricia patrick patty paul paula paulien peter petra philip pieter
    piet rachel rachid ralph ramon raoul raymond rebecca reinier remco renate rené
    renske riaan richard rick rik rinus rita robbert robert robin roderick roel
    roland romy ron ronald ruben rudolf ruth ruud ryan sabine samantha samir samuel
    sander sandra sanne sara sarah sebastiaan selma sharon shirley sietske sigrid
    silvia simon simone sjaak sjoerd sofie sonja sophie stefan stefanie stephan
    stephen steven stijn susan suzanne sven sybren sylvia tamara tanja teun theo
    theresa thijs thomas tijmen tineke tim timo tjeerd tobias tom tommy tonny
    tristan trudy truus ursula vera veronique victor victoria vincent walter wendy
    wesley wiebe wilco willem willemijn william wilma wim wouter xander yara yasmin
    yolanda youssef yusuf yvette yvonne zoë
    """
)
"""Frequent given names; everyday words among them stand below."""

EVERYDAY_NAMES = word_set(
    """
    bas bob dick floor fleur iris jack jan jet job jos kim maud mees mia mike noor
    otto robin ron tom harm hein bart bram lex sara stijn els koos krijn britt bert
    ivo mats rik ann alie gina tim daan lars nick max mark will wil bill grace hope
    joy may rose roos rob ben ad cor ton sue pat rich art guy frank eva sam linda
    lisa leon hans rick luc teun thijs alex fred
    """
)
"""Given names that count only with a capital: else they may be another word."""

DOUBTFUL_NAMES = word_set(
    """
    ben will wil mark max may bill grace hope joy rose roos rob ad cor ton sue pat
    rich art guy frank eva sam job floor iris fleur harm lex
    """
)
"""Of these, the ones that may also start a sentence as an ordinary word."""

ORDINARY = word_set(
    """
    aan acht al alle alleen alles als altijd andere anders bij binnen boven daar
    daarna daarom dan dat de den der deze die dit doe doen door dus echt een eens
    eerst eerste elk elke en er geen geef geven goed goede graag haar had hadden heb
    hebben heeft heel hem het hier hij hoe hun ik in is ja je jij jou jouw jullie
    kan kon kunnen maak maakt maar maken meer meest men met mij mijn minder mocht
    moest moet moeten mag na naar nee niet niets nog nooit nu of om omdat ons onze
    ook op over samen sinds soms te ten ter tijdens toch toen tot tussen twee uit uw
    van vaak veel verder volgens voor vooral vraag waar waarom want waren was wat we
    wel werd werk werken wie wij wil wilde willen word worden wordt zal ze zegt zei
    zeggen zelf zich zij zijn zo zonder zou zouden vindt geeft gaat ging komt kwam
    neemt nam doet deed luistert helpt belt kijkt weet wist a about after all also
    always am an and any are as at be because been before being both but by can come
    could did do does doing done each even every first for from get give go good had
    has have he help her here him his how i if in into is it its just keep let like
    listen listens look made make makes many maybe me more most much must my need
    needs never new no nobody not nothing now of off on once one only or other our
    out over own people please said says see she should since so some someone
    something start still stop stops such take tell than that the their them then
    there these they thing things think this those time to today together too two
    under until up us use very want was way we well were what when where which while
    who why will with without work would yes you your more less better team teams
    afdeling leiding directie management managers planning overleg rooster roosters
    onderwijs
    """
)
"""Words that are no name, whatever their capital."""

CAPITALISED = word_set(
    """
    nederland nederlands nederlandse nederlanders engels engelse engeland duits
    duitse duitsland belgië belgisch belgische frans franse europa europees europese
    turks marokkaans pools poolse arabisch dutch english british german french
    polish european netherlands monday tuesday wednesday thursday friday saturday
    sunday january february march april may june july august september october
    november december maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
    januari februari maart mei juni juli augustus oktober kerst kerstmis pasen
    pinksteren koningsdag sinterklaas oud christmas easter covid corona god excel
    word outlook teams sharepoint powerpoint microsoft google sap windows office
    zoom whatsapp slack jira trello linkedin intranet internet lean scrum agile
    kaizen six sigma arbo arbodienst cao or mt hr hrm it ict ai facilitair inkoop
    verkoop finance operations sales marketing logistics wifi chatgpt copilot yammer
    planon topdesk afas exact teamviewer personeelszaken i i'm i'd i'll i've
    """
)
"""Languages, days, feasts, software and departments: capitalised and no person."""
