"""Names of the months in the languages of the press, as bylines spell them."""

from __future__ import annotations

from typing import Final

from pipeline.stages.metadata.agreement import words

# One line a language, January first; "|" parts spellings of one month. Case and accents do not matter.
_LINES: Final = (
    "january|jan february|feb march|mar april|apr may june|jun july|jul august|aug september|sep|sept october|oct november|nov december|dec",
    "januar|jänner|jan februar|feber|feb märz|mrz april mai juni juli august september oktober|okt november dezember|dez",
    "janvier|janv février|fevr|fev mars avril|avr mai juin juillet|juil août septembre octobre novembre décembre",
    "enero|ene febrero marzo abril|abr mayo junio julio agosto|ago septiembre|setiembre|set octubre noviembre diciembre|dic",
    "gennaio|gen febbraio marzo aprile maggio|mag giugno|giu luglio|lug agosto settembre|sett ottobre|ott novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro|out novembro dezembro",
    "januari februari maart|mrt april mei juni juli augustus september oktober november december",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts|mars april maj|mai juni juli august september oktober november december|des",
    "tammikuu|tammikuuta helmikuu|helmikuuta maaliskuu|maaliskuuta huhtikuu|huhtikuuta toukokuu|toukokuuta kesäkuu|kesäkuuta heinäkuu|heinäkuuta "
    "elokuu|elokuuta syyskuu|syyskuuta lokakuu|lokakuuta marraskuu|marraskuuta joulukuu|joulukuuta",
    "stycznia|styczeń|sty lutego|luty|lut marca|marzec kwietnia|kwiecień|kwi maja czerwca|czerwiec|cze lipca|lipiec|lip sierpnia|sierpień|sie "
    "września|wrzesień|wrz października|październik|paź listopada|listopad|lis grudnia|grudzień|gru",
    "ledna|leden února|únor března|březen dubna|duben května|květen června|červen července|červenec srpna|srpen září října|říjen listopadu prosince|prosinec",
    "január február marec|marca apríl máj|mája jún|júna júl|júla august|augusta september|septembra október|októbra november|novembra december|decembra",
    "január február március|márc április|ápr május|máj június július augusztus szeptember|szept október november december",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "января|январь|янв февраля|февраль|фев марта|март|мар апреля|апрель|апр мая|май июня|июнь|июн июля|июль|июл августа|август|авг "
    "сентября|сентябрь|сен|сент октября|октябрь|окт ноября|ноябрь|ноя декабря|декабрь|дек",
    "січня|січень лютого|лютий березня|березень квітня|квітень травня|травень червня|червень липня|липень серпня|серпень вересня|вересень "
    "жовтня|жовтень листопада|листопад грудня|грудень",
    "ocak|oca şubat|şub mart nisan|nis mayıs haziran|haz temmuz|tem ağustos|ağu eylül|eyl ekim|eki kasım|kas aralık|ara",
    "ιανουαρίου|ιανουάριος|ιαν φεβρουαρίου|φεβρουάριος|φεβ μαρτίου|μάρτιος|μαρ απριλίου|απρίλιος|απρ μαΐου|μάιος|μαι ιουνίου|ιούνιος|ιουν "
    "ιουλίου|ιούλιος|ιουλ αυγούστου|αύγουστος|αυγ σεπτεμβρίου|σεπτέμβριος|σεπ οκτωβρίου|οκτώβριος|οκτ νοεμβρίου|νοέμβριος|νοε δεκεμβρίου|δεκέμβριος|δεκ",
    "januari februari|pebruari maret april mei juni juli agustus september oktober november|nopember desember",
    "يناير فبراير|شباط مارس|آذار أبريل|ابريل|نيسان مايو|أيار يونيو|حزيران يوليو|تموز أغسطس سبتمبر|أيلول أكتوبر نوفمبر ديسمبر",
    "ژانویه فوریه مارس آوریل می ژوئن ژوئیه|جولای اوت|آگوست سپتامبر اکتبر نوامبر دسامبر",
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "ינואר|בינואר פברואר|בפברואר מרץ|במרץ אפריל|באפריל מאי|במאי יוני|ביוני יולי|ביולי אוגוסט|באוגוסט ספטמבר|בספטמבר אוקטובר|באוקטובר נובמבר|בנובמבר דצמבר|בדצמבר",
    "जनवरी फरवरी|फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर|सितम्बर अक्टूबर नवंबर|नवम्बर दिसंबर|दिसम्बर",
)


def month_number(name: str) -> int | None:
    """Returns 1 to 12 for a month's name or abbreviation in any of the languages.

    >>> month_number("März"), month_number("Oct."), month_number("Monday")
    (3, 10, None)
    """
    return _NUMBERS.get(_key(name))


def _key(name: str) -> str:
    return "".join(words(name))


def _numbers() -> dict[str, int]:
    numbers: dict[str, int] = {}
    for line in _LINES:
        for number, spellings in enumerate(line.split(), start=1):
            for spelling in spellings.split("|"):
                numbers.setdefault(_key(spelling), number)
    return numbers


_NUMBERS: Final = _numbers()
