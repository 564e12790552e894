"""The form of a person's own settings. Pure."""

from datetime import datetime, time

from bot.dates import is_language
from bot.forms import Field, FieldKind, Filled, Form, FormName, Mistake, Option
from bot.replies import Reply
from bot.rhythm_fields import hour_field, read_hour, read_zone, zone_field
from papers.preferences import Preferences

LANGUAGE = "language"
_LONGEST_TAG = 35
_LANGUAGES = {
    "en": "English", "cs": "Čeština", "da": "Dansk", "de": "Deutsch", "es": "Español", "fr": "Français",
    "id": "Bahasa Indonesia", "it": "Italiano", "hu": "Magyar", "nl": "Nederlands", "nb": "Norsk", "pl": "Polski",
    "pt-BR": "Português (Brasil)", "pt-PT": "Português (Portugal)", "ro": "Română", "fi": "Suomi", "sv": "Svenska",
    "tr": "Türkçe", "vi": "Tiếng Việt", "el": "Ελληνικά", "ru": "Русский", "uk": "Українська", "he": "עברית",
    "ar": "العربية", "fa": "فارسی", "hi": "हिन्दी", "th": "ไทย", "ko": "한국어", "ja": "日本語", "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
}  # fmt: skip


def settings_form(*, at: time, zone: str, language: str, now: datetime) -> Form:
    """The form with what holds at the moment."""
    chosen = _near(language)
    return Form(
        name=FormName.SETTINGS,
        title="Your settings",
        fields=(
            zone_field(zone, now),
            hour_field(at, hint="Filled in already when you follow or subscribe to something."),
            Field(
                name=LANGUAGE,
                label="Language of dates",
                kind=FieldKind.CHOICE,
                hint="In answers to you and in digests you subscribe to; what you follow comes in English.",
                value=(chosen,),
                options=tuple(Option(value=tag, label=name) for tag, name in _options(chosen).items()),
            ),
        ),
        intro=Reply(text="What you follow already keeps its own hour and zone."),
    )


def read_settings(filled: Filled) -> Preferences | Mistake:
    zone, at, language = read_zone(filled), read_hour(filled), filled.one(LANGUAGE) or ""
    if isinstance(zone, Mistake):
        return zone
    if isinstance(at, Mistake):
        return at
    if not language or len(language) > _LONGEST_TAG or not is_language(language):
        return Mistake(field=LANGUAGE, text="Choose one of the languages.")
    return Preferences(zone=zone, at=at, language=language)


def language_name(tag: str) -> str:
    """As its speakers call it; the tag where that is not known here. ``en-US`` -> ``English``."""
    return _LANGUAGES.get(_near(tag), tag)


def _near(tag: str) -> str:
    """``en-GB`` -> ``en``, where only that is offered."""
    short = tag.replace("_", "-").partition("-")[0]
    return tag if tag in _LANGUAGES or short not in _LANGUAGES else short


def _options(chosen: str) -> dict[str, str]:
    return _LANGUAGES if chosen in _LANGUAGES else {chosen: chosen, **_LANGUAGES}
