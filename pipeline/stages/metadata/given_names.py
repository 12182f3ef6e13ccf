"""Common given names of the languages that the rules cover: where a line says nothing of itself, they tell a person's name from a section's."""

from __future__ import annotations

from typing import Final

from pipeline.stages.metadata.agreement import words

_LISTED: Final = """
    aaron abby abdul abigail ada adam adele aditya adrian adriana adrien agata agathe agnes agnieszka ahmed ahmet aidan aino aisha akira alain alan
    alana alban albert alberto albin alec alejandra alejandro aleksander aleksandra alessandra alessandro alessio alex alexa alexander alexandra
    alexandre alexandros alexei alexis alfred alfredo ali alice alicia alina aline alison allison alma alois alvaro alyssa amanda amber amelia amelie
    amina amir amit amy ana anand anastasia anders andre andrea andreas andrei andres andrew andrey andrzej andy angel angela angelika angie anika
    anita anja anke ankit ann anna annabel anne annegret annett annette annie annika anselm anthony antje antoine anton antonella antonia antonio anu
    anya april arjun arlene armin arnaud arne arthur arturo ashley ashok asmus astrid aubrey audrey august axel axelle ayesha ayse balazs baptiste
    barbara barry bart bartek bartlomiej bartosz bastian beate beatrice beatriz becky bela ben bence benedikt benjamin benoit bente bernadette
    bernard bernd bernhard bert beth bettina bianca bill birger birgit bjarne bjorn bo bob bogdan boris brad bram brandon brenda brendan brent brett
    brian bridget brigitte britt britta brooke bruce bruno bryan burak caio caitlin caleb calvin cameron camila camilla camille carina carl carla
    carlo carlos carly carmen carol carole carolin carolina caroline carolyn carrie carsten cas casey caspar cassidy catalina catherine cathy cecile
    cecilia celeste celia celine cem cesar chad chandra charles charlie charlotte chelsea cheryl chiara chloe chris chrissie christa christel
    christian christiane christina christine christoph christophe christopher christy ciara cillian cindy claire clara clare claude claudia clemens
    clement cleo colin colleen connor conrad constance corinna cornelia cory courtney craig cristian cristina curtis cynthia cyril dag dagfinn dagmar
    daisy dalia damian damien dan dana daniel daniela daniele danielle danny danuta dario darragh darren dave david davide dawn dean debbie deborah
    debra deepak denis denise deniz dennis derek diana diane didier diego dieter dietmar dimitri dina dirk dmitri dmitry dmytro dominic dominik
    dominique don donald donna doris dorota dorothea doug douglas duncan dustin dylan eberhard eckhard ed eddie edgar edith eduardo edward edwige
    edwin eero eirik ekaterina elaine eleanor elena eli elias elif elisa elisabeth elise eliza elizabeth elke ella ellen elliot eloise elsa else
    emanuel emil emilia emilie emily emine emma emmanuel emre enrico enrique eoin eric erica erich erik erika erin erkan ernesto ernst esteban esther
    eszter ethan etienne eugene eugenia eugenio eva evan eve evelyn ewa fabian fabienne fabio fabiola fabrice farah farid fatih fatima fatma federico
    felicitas felipe felix ferdinand ferenc fergus fernanda fernando filip finn fiona fiorella flavio florence florent florian frances francesca
    francesco francis francisco franco francois frank franz franziska fred frederic frederik freya friederike friedrich fritz gabriel gabriela
    gabriele gabriella gaelle gareth gary gavin gemma geoff georg george georges gerald gerard gerd gerhard gernot giacomo gilles ginevra giorgio
    giovanna giovanni gisela giulia giulio giuseppe glenn gloria goran gordon grace graham greg gregor gregory greta grzegorz gudrun guido guillaume
    gunnar gunter gustavo guy gyorgy hakan halina halvor hamza hanna hannah hannes hans harald harriet harry harsh haruki hasan hassan heather heba
    hector hege heidi heike heiko heiner heinrich heinz helen helena helene helga helmi helmut hendrik henning henri henrik henry herbert hermann
    hilary hilde hiroshi hisham holger holly horst howard hubert hugh hugo hugues huseyin ian ibrahim ida ignacio igor ilaria ilona ilse imke imran
    ines inga inge ingeborg ingo ingrid ionut irena irene irfan irina iris irma isaac isabel isabella isabelle isidora ismail istvan ivan ivana ivo
    iwona jaakko jacek jacinta jack jackie jacob jacqueline jacques jake jakob jakub james jamie jan jana jane janet janice janina janine janos jared
    jaroslav jaroslaw jasmin jasmine jason javed javier jay jean jeanette jeff jeffrey jelena jen jenna jennifer jenny jens jeppe jeremy jerome jerry
    jerzy jesse jessica jessie jesus jill jim jimmy jitka jo joachim joan joana joanna joanne joao jochen jodie joe joel joerg johan johann johanna
    johannes john johnny jole jon jonas jonathan joost jordan jordi jorg jorge jorn jose josef josefina josep joseph josephine josh joshua joy joyce
    jozef juan juana juanita judith judy juha jukka jules julia julian juliana juliane julie julien juliet juliette julio julita julius jurgen jussi
    justin justine kai kaitlyn kamal kamil kaori kara karel karen kari karim karin karina karl karla karolina karsten kasper kat katalin katarina
    katarzyna kate katharina katherine kathleen kathrin kathrine kathryn kathy katie katja katleen katrin kay kazimierz keith kelly ken kenji kenneth
    kerry kerstin kevin kim kimberly kiran kirsten kirsty kjell klaas klara klaus konrad konstantin kristen kristian kristin kristina kristine
    kristof krzysztof ksenia kurt kyle lachlan lance lara larry lars laszlo laura lauren laurent laurie lea leah leandro lee leif leila lena lennart
    leo leon leonard leonardo leonie leonora leslie lewis leyla lia liam lidia lidija liesbeth lina linda lindsay lindsey linus lionel lisa liv liz
    loic lorena lorenz lorenzo lothar lotte lou louis louisa louise luc luca lucas lucia luciana luciano lucie lucy ludovic ludwig luigi luis luisa
    luise lukas lukasz luke lutz lydia lynn maciej madeleine madison maeve magali magda magdalena maggie magnus mahmoud maik maike maja malcolm
    malgorzata malte manfred manish manon manuel manuela marc marcel marcela marcin marco marcos marcus mareike marek margaret margarita margaux
    margit margot maria mariana marianne marie marijke marina mario marion marisa mariusz marjolein mark marko markus marlene marlies marta martha
    martin martina mary massimo mateo mathias mathieu mathilde matias matilda mats matt matteo matthew matthias mattia maud maureen maurice mauricio
    max maxim maximilian maya megan mehdi mehmet meike mel melanie melissa mercedes meredith mia michael michaela michal michel michele michelle
    miguel mihai mika mikael mike mikhail miklos milan milena miranda mirela miriam mirja mirko miroslav mohamed mohammed moira molly monica monika
    monique morgan moritz morten muhammad murat muriel mustafa nadezhda nadia nadine nadja naftali nancy nanna naomi nasser natalia natalie natalya
    natascha natasha nathalie nathan neil nele nelson niall nicholas nick nicola nicolas nicole nicoletta nicolo niels nigel nika nikhil nikita
    niklas niko nikolai nikolaj nikolaus nils nina nino nisha noah noel noemi noor nora norbert norma norman nuno nuria odile oksana olaf ole oleg
    oleksandr olga oliver olivia olivier omar orla orlando oscar oskar osman otto ovidiu owain owen pablo padraig pamela paola paolo pascal pasquale
    pat patricia patrick patrik paul paula pauline paulo pawel peder pedro peggy pekka per pernille peter petra phil philip philipp philippe phillip
    pia pierce pierre piers pilar piotr pooja pradeep priya priyanka rachel radek rafael rahul rainer rajesh rakesh ralf ralph ramon ramona randy
    raphael raquel raul ravi ray raymond rebecca regina reiner reinhard rena renata renate rene reza rhys ricardo riccardo richard rick rikke rita
    rob robert roberta roberto robin rocio rod rodrigo roger rohan roland rolando rolf roman romy ron ronald rosa rosario rosemary ross roxana roxane
    roy rudolf rui rune rupert russell ruth ryan ryszard sabina sabine sabrina sachin said sally salma salvador sam samantha sami samuel sandeep
    sandra sandro sandy sanjay santiago sara sarah sascha saskia scott seamus sean sebastian selina seref serena serge sergei sergey sergio shane
    shannon sharon shaun shawn sheila shelby shelley shirley shreya sibylle sigrid sigurd silke silvia simen simon simona simone simonetta sina
    sinead siobhan slawomir sofia sofie solene solveig sonia sonja sonya sophia sophie soren spencer stacey stacy stan stanislav stefan stefania
    stefanie stefano steffen steffi steinar stella stephan stephanie stephen steve steven stewart stuart sue sunil suresh susan susana susann susanna
    susanne suzanne svea svein sven svenja svetlana swen sylvia sylvie szymon tadeusz takashi tamara tamas tanja tanya tara tarek tariq tatiana
    tatjana ted teresa terje terry tess thea theo theodor theodora theresa therese thibault thierry thijs thilo thomas thorsten tibor tiffany tiina
    till tilman tim timo timothy tina tobias toby todd tom tomas tomasz tommaso tommy toni tony tor torben torbjorn tore torsten tracey tracy travis
    trevor tristan trond troy udo ulf uli ulla ulrich ulrika ulrike umberto ursula usman uta ute uwe vaclav valentin valentina valeria valerie
    valerio vanessa vasily vera verena veronica veronika veronique vicki vicky victor victoria vijay vikram viktor viktoria vincent vincenza vincenzo
    virginia vishal vit vittorio vivian vivien vlad vladimir vladislav volker walter wanda warren wendy werner wiebke wilfried wilhelm will william
    wim wojciech wolf wolfgang xavi xavier yann yannick yaroslav yasmin yasmine yolanda yuri yusuf yves yvette yvonne zbigniew zeynep zoe zofia
    zoltan zsofia zuzana
"""
_GIVEN_NAMES: Final = frozenset(_LISTED.split())


def is_given_name(word: str) -> bool:
    """Returns whether a word, in any case and with or without its accents, is a common given name; of "Jean-Luc" the first part counts.

    >>> is_given_name("Ada-Maria"), is_given_name("José"), is_given_name("Harbour")
    (True, True, False)
    """
    return bool(parts := words(word)) and parts[0] in _GIVEN_NAMES
