"""Variants of a training mail: what happens to a request on its way through keyboards and mail programs.

Every variant keeps the labels of the mail (or joins those of two). All choices come from the given generator.
"""

import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from intake_bot.classifier.corpus import Mail
from intake_bot.classifier.sentences import split

GREETINGS = [
    "Bonjour,",
    "Madame, Monsieur,",
    "Hello,",
    "Dear Sir or Madam,",
    "Hi there,",
    "Guten Tag,",
    "Sehr geehrte Damen und Herren,",
    "Hola:",
    "Buenos días,",
    "Buongiorno,",
    "Gentili signori,",
    "Goedendag,",
    "Geachte heer, mevrouw,",
    "Dzień dobry,",
    "Bom dia,",
    "Exmos. Senhores,",
    "Bună ziua,",
    "Dobrý den,",
    "Dobrý deň,",
    "Здравейте,",
    "Καλημέρα σας,",
    "Hej,",
    "Hei,",
    "Tere,",
    "Labdien!",
    "Laba diena,",
    "Pozdravljeni,",
    "Poštovani,",
    "Tisztelt Hölgyem, Uram!",
    "Bonġu,",
    "A chara,",
    "Goddag",
]
CLOSINGS = [
    "Cordialement,",
    "Bien à vous,",
    "Kind regards,",
    "Thanks,",
    "Best",
    "Mit freundlichen Grüßen",
    "Viele Grüße",
    "Un saludo,",
    "Saludos",
    "Cordiali saluti",
    "Met vriendelijke groet,",
    "Pozdrawiam",
    "Com os melhores cumprimentos,",
    "Cu stimă,",
    "S pozdravem",
    "S pozdravom",
    "Поздрави,",
    "Με εκτίμηση,",
    "Med vänlig hälsning",
    "Ystävällisin terveisin",
    "Lugupidamisega",
    "Ar cieņu",
    "Pagarbiai",
    "Lep pozdrav",
    "Srdačan pozdrav",
    "Üdvözlettel:",
    "Tislijiet,",
    "Le gach dea-ghuí,",
    "Med venlig hilsen",
    "Merci d'avance",
]
NAMES = [
    "J. Martin",
    "Anna K.",
    "Sofia Rossi",
    "M. Nowak",
    "Peter",
    "Ioana P.",
    "Γ. Παπαδάκης",
    "Иван Петров",
    "K. Virtanen",
    "Ana Horvat",
    "Tel. 06 00 00 00 00",
    "L. de Vries\nSales Manager",
    "Claire\nResponsable marketing",
    "T. Novák, jednatel",
    "Marta",
]
FOOTERS = [
    "Envoyé de mon iPhone",
    "Sent from my iPhone",
    "Von meinem iPhone gesendet",
    "Enviado desde mi iPhone",
    "Inviato da iPhone",
    "Verzonden vanaf mijn telefoon",
    "Wysłane z telefonu",
    "Enviado do meu telemóvel",
    "Trimis de pe telefonul meu",
    "Get Outlook for Android",
    "Skickat från min mobil",
    "Lähetetty puhelimesta",
    "Odesláno z telefonu",
    "Ce message est confidentiel. Si vous n'en êtes pas le destinataire, merci de le détruire.",
    "This e-mail is confidential. If you received it in error, please delete it and notify the sender.",
    "Diese E-Mail ist vertraulich. Sollten Sie nicht der Empfänger sein, löschen Sie sie bitte.",
    "Este mensaje es confidencial. Si lo ha recibido por error, le rogamos que lo elimine.",
    "Questo messaggio è riservato. Se non ne siete il destinatario, vi preghiamo di distruggerlo.",
    "Wiadomość jest poufna. Jeśli nie jest Pan/Pani adresatem, prosimy o jej usunięcie.",
    "Please consider the environment before printing this e-mail.",
    "Pensez à l'environnement avant d'imprimer ce message.",
]

#: Characters of a body that may as well have been the subject.
SUBJECT_LENGTH = 60
Generator = random.Random


def strip_accents(text: str) -> str:
    """Latin letters without accents; other scripts as they are."""
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f"))


def typos(text: str, generator: Generator) -> str:
    """One slip in about 40 letters: swapped, lost, doubled."""
    letters = list(text)
    for at in range(len(letters) - 1):
        if letters[at].isalpha() and generator.random() < 0.025:
            slip = generator.randrange(3)
            if slip == 0 and letters[at + 1].isalpha():
                letters[at], letters[at + 1] = letters[at + 1], letters[at]
            else:
                letters[at] = "" if slip == 1 else letters[at] * 2
    return "".join(letters)


def unpunctuated(text: str, generator: Generator) -> str:
    """Written in one breath."""
    return "".join(char for char in text.replace("\n", " ") if char not in ".,;:!?")


SPELLING: tuple[tuple[float, Callable[[str, Generator], str]], ...] = (
    (0.10, lambda text, _: strip_accents(text)),
    (0.10, typos),
    (0.08, lambda text, _: text.lower()),
    (0.03, lambda text, _: strip_accents(text).upper()),
    (0.04, unpunctuated),
)


class Augmentation:
    """Makes variants of mails out of a pool of training mails."""

    def __init__(self, mails: Sequence[Mail]) -> None:
        self._plain: dict[str, list[Mail]] = defaultdict(list)
        self._requests: dict[str, list[Mail]] = defaultdict(list)
        for mail in mails:
            (self._requests if mail.labels else self._plain)[mail.lang].append(mail)
        self._all_plain = [mail for found in self._plain.values() for mail in found]

    def variant(self, mail: Mail, generator: Generator) -> Mail:
        """One variant; about a quarter of them are the mail itself."""
        if generator.random() < 0.25:
            return mail
        if not mail.subject and len(mail.body) < SUBJECT_LENGTH and generator.random() < 0.3:
            mail = self._in_the_subject(mail, generator)
        if mail.labels and generator.random() < 0.10:
            mail = self._joined(mail, generator)
        if generator.random() < 0.45:
            mail = self._diluted(mail, generator)
        if generator.random() < 0.3:
            mail = replace(mail, body=self._framed(mail.body, generator))
        if generator.random() < 0.25 and len(mail.body) > 80:
            mail = self._resubjected(mail, generator)
        for share, change in SPELLING:
            if generator.random() < share:
                mail = replace(mail, subject=change(mail.subject, generator), body=change(mail.body, generator))
        return mail

    @staticmethod
    def _in_the_subject(mail: Mail, generator: Generator) -> Mail:
        """A few words that stand in the subject, above hardly more than a name."""
        subject = " ".join(mail.body.split()).rstrip(".")
        return replace(mail, subject=subject, body=f"{generator.choice(CLOSINGS)}\n{generator.choice(NAMES)}")

    def _joined(self, mail: Mail, generator: Generator) -> Mail:
        other = generator.choice(self._requests[mail.lang] or [mail])
        if len(mail.text) + len(other.text) > 1500 or other is mail:
            return mail
        accept = (mail.labels | other.labels | mail.optional | other.optional,) if mail.accept or other.accept else ()
        return replace(mail, body=f"{mail.body}\n\n{other.body}", labels=mail.labels | other.labels, accept=accept)

    def _diluted(self, mail: Mail, generator: Generator) -> Mail:
        """Sentences of mails without any request before and after: support chatter, sales, small talk."""
        same = self._plain[mail.lang]
        pool = same if len(same) >= 20 else self._all_plain
        if not pool:
            return mail
        before, after = (
            self._excerpt(generator.choice(pool), generator) if generator.random() < 0.65 else "" for _ in range(2)
        )
        return replace(mail, body="\n\n".join(part for part in (before, mail.body, after) if part))

    @staticmethod
    def _excerpt(mail: Mail, generator: Generator) -> str:
        sentences = split(mail.body)
        if not sentences:
            return mail.subject
        first = generator.randrange(len(sentences))
        last = min(len(sentences), first + generator.randint(1, 6)) - 1
        return mail.body[sentences[first][0] : sentences[last][1]]

    @staticmethod
    def _framed(body: str, generator: Generator) -> str:
        parts = [
            generator.choice(GREETINGS) if generator.random() < 0.4 else "",
            body,
            f"{generator.choice(CLOSINGS)}\n{generator.choice(NAMES)}" if generator.random() < 0.6 else "",
            generator.choice(FOOTERS) if generator.random() < 0.5 else "",
        ]
        return "\n\n".join(part for part in parts if part)

    def _resubjected(self, mail: Mail, generator: Generator) -> Mail:
        """No subject, a bare one, or the one of an old thread."""
        chance = generator.random()
        if chance < 0.5:
            return replace(mail, subject="")
        if chance < 0.7:
            return replace(
                mail, subject=generator.choice(("Re:", "info", "question", "?", "bonjour", "help", "demande"))
            )
        pool = self._plain[mail.lang]
        return replace(mail, subject=f"Re: {generator.choice(pool).subject}" if pool else mail.subject)
