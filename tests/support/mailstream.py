"""A stream of mails as a shared inbox gets them, the same for a seed: requests among sales, support and robots.

Shape: a quarter carry attachments (the largest of some megabytes), about 2 % are delivered twice, about 1 % are
malformed; 2,000 mails are some 130 MB.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

REQUESTS = (
    ("fr", "access", "Bonjour, envoyez-moi une copie de toutes les données personnelles que vous avez sur moi."),
    ("fr", "erasure", "Bonjour, je vous demande de supprimer mon compte et toutes mes données personnelles."),
    ("fr", "rectification", "Mon nom est mal écrit dans votre fichier, merci de corriger mes données personnelles."),
    ("fr", "objection_marketing", "Je ne veux plus recevoir vos publicités, retirez-moi de vos listes de prospection."),
    ("en", "access", "Hello, please send me a copy of all the personal data you hold about me."),
    ("en", "erasure", "Please delete my account and all my personal data from your systems."),
    ("en", "portability", "Please send me my data in a machine-readable format so I can move to another provider."),
    ("de", "access", "Guten Tag, bitte senden Sie mir eine Kopie aller personenbezogenen Daten über mich."),
    ("de", "erasure", "Bitte löschen Sie mein Konto und alle meine personenbezogenen Daten."),
    ("es", "erasure", "Buenos días, solicito que eliminen mi cuenta y todos mis datos personales."),
)

OTHERS = (
    "Bonjour, notre base de contacts vous ouvre 4 millions de décideurs. Un créneau mardi pour en parler ?",
    "Hello, the export button stays grey since Tuesday in Firefox and Chrome, can you have a look?",
    "Bonjour, pouvez-vous nous renvoyer la facture d'octobre avec notre nouvelle adresse de facturation ?",
    "Guten Tag, wir möchten unser Abonnement zum Monatsende um fünf Plätze erweitern.",
    "Merci pour la démonstration de ce matin, je transmets le devis à ma direction.",
    "Your parcel is on its way. Track it with the number below.",
    "Bonjour, je postule à l'offre de développeur Python parue sur votre site.",
    "Please find attached the minutes of our meeting and the slides.",
)

FILLER = (
    "Le calendrier éditorial du trimestre est prêt et l'équipe a validé les visuels proposés la semaine dernière.",
    "We moved the launch to the second week because the landing page still waits for its translation.",
    "La réunion de suivi aura lieu jeudi à quatorze heures dans la salle habituelle, avec la visio pour les autres.",
    "The statistics look good so far, impressions are up and the comments stay friendly.",
)


@dataclass(frozen=True, slots=True)
class Streamed:
    """One mail of the stream. `right` is "" for what is no request; `again` marks a repeated delivery."""

    number: int
    raw: bytes
    right: str
    again: bool
    malformed: bool


def stream(count: int, seed: int = 7, *, attachments: bool = True) -> Iterator[Streamed]:
    """`count` mails. Every sender is another person; a repeated delivery has one header line more."""
    rng = random.Random(seed)
    earlier: list[Streamed] = []
    for number in range(count):
        draw = rng.random()
        if draw < 0.022 and earlier:
            first = rng.choice(earlier[-200:])
            line = b"Received: from relay.example by mx.example.test; Mon, 23 Nov 2026 09:00:00 +0100\r\n"
            yield Streamed(number, line + first.raw, first.right, True, first.malformed)
            continue
        mail = _malformed(number, rng) if draw < 0.035 else _mail(number, rng, attachments)
        if not mail.malformed and len(mail.raw) < 20_000:
            earlier.append(mail)
        yield mail


def _mail(number: int, rng: random.Random, attachments: bool) -> Streamed:
    request = rng.random() < 0.06
    _, right, text = rng.choice(REQUESTS) if request else ("", "", rng.choice(OTHERS))
    filler = [rng.choice(FILLER) for _ in range(rng.choice((0, 0, 1, 3, 12, 40)))]
    filler.insert(rng.randint(0, len(filler)), text)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Person {number} <person{number}@mail{number % 97}.example>"
    mail["To"] = "info@example.test"
    mail["Subject"] = f"Message {number}" if not request else f"Demande {number}"
    mail["Date"] = f"Mon, 23 Nov 2026 08:{number % 60:02d}:00 +0100"
    mail["Message-ID"] = f"<stream.{number}@mail{number % 97}.example>"
    if not request and rng.random() < 0.12:
        mail["List-Id"] = "<news.example>"
        mail["Precedence"] = "bulk"
    body = "\n\n".join(filler) + f"\n\nCordialement,\nPerson {number}\n"
    mail.set_content(body)
    if rng.random() < 0.4:
        mail.add_alternative("<html><body>" + body.replace("\n\n", "<p>") + "</body></html>", subtype="html")
    if attachments and rng.random() < 0.27:
        for part in range(rng.choice((1, 1, 1, 2))):
            size = min(int(rng.lognormvariate(11.4, 0.95)), 4_000_000)
            mail.add_attachment(rng.randbytes(size), maintype="application", subtype="pdf", filename=f"file{part}.pdf")
    return Streamed(number, mail.as_bytes(), right, False, False)


def _malformed(number: int, rng: random.Random) -> Streamed:
    head = (
        f"From: broken{number}@mail.example\r\nTo: info@example.test\r\nMessage-ID: <broken.{number}@mail.example>\r\n"
    )
    kinds = (
        "Subject: charset\r\nContent-Type: text/plain; charset=x-unknown\r\n\r\nUne question sur la facture\r\n",
        "Subject: =?utf-8?B?broken\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\n\r\nHello\r\n",
        "Date: yesterday\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%not base64%%%\r\n",
        "Subject: no end\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n",
        "Subject: nul\r\n\r\nbody with \x00 and \xe9\xe8 octets\r\n",
    )
    return Streamed(number, (head + rng.choice(kinds)).encode("latin-1"), "", False, True)
