"""What synthetic voices say for `training.bilabials`: no sentence and no voice is a benchmark's."""

from dataclasses import dataclass

ENGLISH = """The number of bumps on the map is bigger than before.
Tom and Pam could not keep the puppy from jumping about.
Some people prefer milk, but many more ask for a pot of black coffee.
He picked up the telephone and dialled a long number slowly.
Nobody can remember what happened to the boat in the storm.
The simple answer is that we hope to come back in September.
Please stop by my place with a couple of lemons and some butter.
The committee member explained the problem to the public.
Put the cup on the table, and bring the blue lamp upstairs.
We do not know whether the train goes on to the next station today.
Time after time the old man climbed up the empty tower.
She sells six thick thistle sticks near the lake.
A big dog barked at the garden gate until the postman left.
Good evening, here is the news from the capital and the coast.
The weather tomorrow will be mostly cloudy with a little rain.
Their daughter studied chemistry and later taught it in Rome.
Keep calm, open the window, and count backwards from twenty.
Never did I think that such a tiny key could open it.
The government has promised help for farmers and small companies.
I bought eleven apples, nine pears and a bag of plums.
Could you tell me the way to the airport, please?
Whatever you do, do not touch the wet paint on the door.
Many thanks for your kind letter; we shall reply by Monday.
The judge asked the jury to ignore the last question."""

GERMAN = """Am Montag kommt mein Bruder mit dem Bus nach Bremen.
Die Bäume im Park sind im Oktober ganz bunt.
Der Präsident hat ein Problem mit seinem Plan.
Wir haben gestern Abend lange auf den Zug gewartet.
Bitte bringen Sie mir eine Tasse Kaffee und ein Stück Kuchen.
Zwischen den alten Häusern liegt ein kleiner Garten."""

SPANISH = """El presidente habla mañana por la mañana con el pueblo.
Mi abuela compró pan, manteca y un poco de tomate.
Nunca he visto una ciudad tan grande como esta.
También se puede llegar en barco hasta el puerto.
La semana pasada llovió todos los días en la costa."""

FRENCH = """Ma mère prépare un bon repas pour le petit bébé.
Le temps sera beau demain sur toute la côte.
Nous avons beaucoup de problèmes avec cette machine.
Quelle heure est-il quand le train part de Paris ?"""

VOICES = {
    ENGLISH: "en-us en-us+m1 en-us+m4 en-us+f4 en-us+f5 en-gb+m3 en-gb+f1 en-gb+m7",
    GERMAN: "de de+f3",
    SPANISH: "es es+f1",
    FRENCH: "fr-fr fr-fr+f4",
}


@dataclass(frozen=True)
class Sentence:
    """``voice``: espeak-ng's name of it."""

    text: str
    voice: bytes


def sentences() -> list[Sentence]:
    """Each by each voice of its language."""
    return [
        Sentence(text, voice.encode())
        for texts, voices in VOICES.items()
        for voice in voices.split()
        for text in texts.split("\n")
    ]
