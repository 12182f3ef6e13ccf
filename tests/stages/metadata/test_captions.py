from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Image
from pipeline.stages.metadata import split_caption
from pipeline.stages.metadata.images import choose_images


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("The old mill in May. | (Photo: Ada Moor/Harbour Press)", "The old mill in May.", "Ada Moor/Harbour Press"),
        ("The old mill in May. (Photo: Ada Moor)", "The old mill in May.", "Ada Moor"),
        ("Die alte Mühle. Foto: Ada Moor", "Die alte Mühle.", "Ada Moor"),
        ("Die alte Mühle (Bild: dpa)", "Die alte Mühle", "dpa"),
        ("Die alte Mühle im Mai Foto: Ada Moor", "Die alte Mühle im Mai", "Ada Moor"),
        ("Un vieux moulin. Crédit photo : Ada Moor", "Un vieux moulin.", "Ada Moor"),
        ("A storm over the bay. Credit: Ada Moor", "A storm over the bay.", "Ada Moor"),
        ("A storm over the bay © Harbour Press", "A storm over the bay", "Harbour Press"),
        ("A storm over the bay | REUTERS", "A storm over the bay", "REUTERS"),
        ("The mayor, Ben Reed, speaks. REUTERS/Ada Moor", "The mayor, Ben Reed, speaks.", "REUTERS/Ada Moor"),
        ("The mayor speaks (AP Photo/Ada Moor)", "The mayor speaks", "AP Photo/Ada Moor"),
        ("The mill in May. Ada Moor/Getty Images", "The mill in May.", "Ada Moor/Getty Images"),
        ("The mill in May. Photo by Ada Moor", "The mill in May.", "Ada Moor"),
        ("写真：山田花子", None, "山田花子"),
        ("Photo: Ada Moor", None, "Ada Moor"),
        ("© Harbour Press", None, "Harbour Press"),
        ("Die alte Mühle. Foto: © Ada Moor", "Die alte Mühle.", "Ada Moor"),
        ("The mill in May. Photo via Harbour Archive", "The mill in May.", "Harbour Archive"),
        ("The mill, 1897 — via Harbour Commons", "The mill, 1897", "Harbour Commons"),
        ("The mill in May. (Ada Moor/Harbour Press)", "The mill in May.", "Ada Moor/Harbour Press"),
        ("The mill in May. Ada Moor / Harbour Press", "The mill in May.", "Ada Moor / Harbour Press"),
        ("Die Mühle im Mai (Foto: adamoor – stock.adobe.com)", "Die Mühle im Mai", "adamoor – stock.adobe.com"),
        ("강가의 옛 방앗간. [사진 출처 = 강촌일보]", "강가의 옛 방앗간.", "강촌일보"),
        ("The mill (open in May/June)", "The mill (open in May/June)", None),
        ("The mill is open in spring. Ask for the 9/10 ticket", "The mill is open in spring. Ask for the 9/10 ticket", None),
        ("The old mill in May.", "The old mill in May.", None),
        ("Picture taken October 20, 2015.", "Picture taken October 20, 2015.", None),
        ("The town's image: a new beginning", "The town's image: a new beginning", None),
        ("Photos: what the camera saw that day", "Photos: what the camera saw that day", None),
        ("Ein Haus in der Stadt (Archivbild)", "Ein Haus in der Stadt (Archivbild)", None),
        ("", None, None),
        (" \n ", None, None),
    ],
)
def test_a_caption_and_its_credit_are_told_apart(line, caption, credit):
    assert split_caption(line) == (caption, credit)


@given(st.text(max_size=200))
def test_no_word_is_invented(line):
    caption, credit = split_caption(line)
    folded = " ".join(line.split())
    assert (caption or "") in folded
    assert (credit or "") in folded


@pytest.mark.parametrize(
    ("declared", "credit"),
    [
        ("Photo: Ada Moor", "Ada Moor"),
        ("(Foto: adamoor/stock.adobe.com)", "adamoor/stock.adobe.com"),
        ("© adamoor / stock.adobe.com (Ausschnitt)", "adamoor / stock.adobe.com (Ausschnitt)"),
        ("Ada Moor .", "Ada Moor"),
        ("Bild:", None),
        ("With us, nobody has to clean the old mill on a Sunday!", None),
    ],
)
def test_a_credit_that_the_markup_tells_apart_is_kept_and_freed_of_its_label(declared, credit):
    images = choose_images([Image(url="https://ledger.example/a.jpg", caption="The mill &amp; the bridge", credit=declared)], None).value
    assert images == (Image(url="https://ledger.example/a.jpg", caption="The mill & the bridge", credit=credit),)


@pytest.mark.parametrize(
    ("address", "page_url", "absolute"),
    [
        ("/img/mill.jpg", "https://ledger.example/2024/mill", "https://ledger.example/img/mill.jpg"),
        ("https://cdn.example/mill.jpg", "https://ledger.example/2024/mill", "https://cdn.example/mill.jpg"),
        ("/img/mill.jpg", None, "/img/mill.jpg"),
        ("http://[", "https://ledger.example/", "http://["),
        (None, "https://ledger.example/", None),
    ],
)
def test_addresses_are_made_absolute_where_the_pages_is_known(address: str | None, page_url: str | None, absolute: str | None):
    (image,) = choose_images([Image(url=address, caption="The mill")], page_url).value
    assert image.url == absolute
