"""What no rule may take: reported speech and the article's own prose."""

from __future__ import annotations

import re
from typing import Final

from pipeline.records import Block
from pipeline.stages.words import word_count

PROSE_WORDS: Final = 20
SENTENCE_WORDS: Final = 8
LONG_QUOTATION_WORDS: Final = 8
PROSE_LINK_SHARE: Final = 0.5
_SENTENCE_END: Final = re.compile(r"[.!?…。！？][\"'”“»’)\]]*$")
# None goes beyond the next opening mark: else each of many that are never closed would be followed to the end of the text.
_QUOTATION: Final = re.compile(r"“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|»([^«»]+)«|\"([^\"]+)\"|「([^「」]+)」|『([^『』]+)』")
_SPEECH_VERB: Final = re.compile(
    r"\b(?:said|says|told|tells|added|adds|asked|replied|explained|wrote|according|argued|warned|insisted|noted|recalled|announced"
    r"|sagte|sagt|sagten|erklärte|betonte|teilte|berichtete|fügte|schrieb|meinte|warnte|laut"
    r"|dit|déclaré|expliqué|affirmé|ajouté|assure|souligne|selon|dijo|afirmó|explicó|aseguró|señaló|añadió|según"
    r"|disse|ha detto|dichiarato|spiegato|secondo|afirmou|explicou|zei|zegt|vertelde|aldus|volgens|dedi|söyledi|açıkladı|belirtti)\b"
    r"|сказал|заявил|сообщил|отметил|по словам|と述べ|と話|と語|と説明|表示|指出|称",
    re.IGNORECASE,
)


def is_prose(block: Block) -> bool:
    """Returns whether a block is running text: long, ended like a sentence, and not mostly links."""
    return word_count(block.text) >= PROSE_WORDS and bool(_SENTENCE_END.search(block.text)) and block.link_share < PROSE_LINK_SHARE


def is_sentence(text: str) -> bool:
    """Returns whether a text is as long as a sentence, and ends like one."""
    return word_count(text) >= SENTENCE_WORDS and _SENTENCE_END.search(text) is not None


def is_reported_speech(text: str) -> bool:
    """Returns whether a text holds a long quotation and a verb of speech.

    >>> is_reported_speech('"We will keep the library open for as long as we can," the mayor said.')
    True
    """
    quotations = (next(filter(None, match.groups()), "") for match in _QUOTATION.finditer(text))
    return any(word_count(quotation) >= LONG_QUOTATION_WORDS for quotation in quotations) and bool(_SPEECH_VERB.search(text))
