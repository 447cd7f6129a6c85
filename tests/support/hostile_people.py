"""Real requests that look odd, or like a machine's work at first sight: each must open a case and be answered."""

import base64

from tests.support.hostile import OWN, Draft, family, part, quoted
from tests.support.hostile_words import FOOTERS, NEWS


@family
def plain_request(draft: Draft) -> tuple[bytes, str]:
    return draft.plain().raw(f"{draft.request()}\n\n{draft.person}\n"), "acknowledged"


@family
def request_without_anything(draft: Draft) -> tuple[bytes, str]:
    """From and a text: no To, no Date, no Subject, no Message-ID, no MIME."""
    return f"From: {draft.address}\r\n\r\n{draft.request()}\r\n".encode(), "acknowledged"


@family
def request_twice_the_language(draft: Draft) -> tuple[bytes, str]:
    first = draft.request()
    draft.lang = "en"
    return draft.plain().raw(f"{first}\n\n{draft.request()}\n"), "acknowledged"


@family
def request_above_our_newsletter(draft: Draft) -> tuple[bytes, str]:
    """Answer to a mailing of ours, with its foot quoted below."""
    below = quoted(f"{draft.pick(NEWS)}\n\n{draft.pick(FOOTERS)}")
    draft.plain(Subject="Re: Newsletter 47", In_Reply_To=f"<news.{draft.ref()}@octoop.test>")
    return draft.raw(
        f"{draft.request()}\n\nOn Mon, Nov 23, 2026 at 8:00 AM News <{OWN}> wrote:\n{below}\n"
    ), "acknowledged"


@family
def request_above_a_robot(draft: Draft) -> tuple[bytes, str]:
    """A person answers a robot's letter and quotes it: its words are not theirs."""
    below = quoted(f"{draft.received()}\n{draft.unanswered()}")
    draft.plain(Subject="Re: Votre demande", In_Reply_To=f"<{draft.hex(9)}@desk.example>")
    return draft.raw(
        f"{draft.request()}\n\nOn Mon, Nov 23, 2026 at 8:00 AM Desk <{OWN}> wrote:\n{below}\n"
    ), "acknowledged"


@family
def request_that_tells_of_robots(draft: Draft) -> tuple[bytes, str]:
    """A person complains of automatic answers, of an old file number, of letters that came back."""
    texts = (
        "Hello, I only ever get an automatic reply from your support. Please delete my account and all my personal data.",
        "Bonjour, j'ai déjà reçu une réponse automatique à mon dernier message. Je demande la suppression de toutes mes "
        "données personnelles et de mon compte.",
        "Guten Tag, auf meine Anfrage im Mai kam nur eine automatische Antwort. Bitte löschen Sie alle meine "
        "personenbezogenen Daten und mein Konto.",
        "Hello, your colleague opened ticket 4711 for me in May. Now I want a copy of all the personal data you hold about me.",
        "Bonjour, votre newsletter arrive encore alors que je me suis désinscrit. Supprimez toutes mes données personnelles.",
        "Hi, my last message to you could not be delivered, so once more: please erase all my personal data and my account.",
        "Please do not reply to this with a standard letter. I want you to delete my account and all my personal data.",
        "Merci de ne pas me répondre par un message automatique : je veux la suppression de mes données personnelles.",
        "Please confirm that you have received my request: delete my account and all the personal data you hold about me.",
        "I left the office of Blue Ltd in May. Please delete all personal data you hold about me there.",
    )
    draft.lang = "en"
    return draft.plain().raw(f"{draft.pick(texts)}\n\n{draft.person}\n"), "acknowledged"


@family
def request_with_a_disclaimer(draft: Draft) -> tuple[bytes, str]:
    foot = draft.pick(
        (
            "This email and any attachments are confidential and intended solely for the addressee. If you received it in "
            "error, please notify the sender.",
            "Ce message et ses pièces jointes sont confidentiels et destinés exclusivement à leurs destinataires.",
            "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, löschen Sie sie bitte.",
            "Sent from my phone",
            "Envoyé de mon téléphone",
            "Think of the environment before printing this email.",
        )
    )
    return draft.plain().raw(f"{draft.request()}\n\n{draft.person}\n\n{foot}\n"), "acknowledged"


@family
def request_with_odd_but_honest_fields(draft: Draft) -> tuple[bytes, str]:
    """What mail programs of people write."""
    fields = (
        (("Auto-Submitted", "no"),), (("Precedence", "normal"),), (("X-Auto-Response-Suppress", "DR, RN, NRN"),),
        (("X-Priority", "1"), ("Importance", "high")), (("Disposition-Notification-To", draft.address),),
        (("Reply-To", draft.address.upper()),), (("Sender", draft.address),), (("Return-Receipt-To", draft.address),),
        (("X-Mailer", "Apple Mail"), ("User-Agent", "Thunderbird")), (("Autocrypt", "addr=x; keydata=y"),),
        (("Thread-Topic", "x"), ("Thread-Index", "AQ")), (("Authentication-Results", "mx.octoop.test; dmarc=pass"),),
        (("X-Spam-Status", "No, score=-1"),), (("Organization", "Blue"),),
    )  # fmt: skip
    draft.plain().add(*draft.pick(fields))
    return draft.raw(f"{draft.request()}\n"), "acknowledged"


@family
def request_from_a_name_like_a_machine(draft: Draft) -> tuple[bytes, str]:
    local = draft.pick(
        ("robotti.anna", "system.luca", "alerta.rossi", "news.marie", "nobody.known", "postman", "daemonica", "cronin")
    )
    draft.address = f"{local}.{draft.number}@webmel.example"
    return draft.plain().raw(f"{draft.request()}\n"), "acknowledged"


@family
def request_with_files(draft: Draft) -> tuple[bytes, str]:
    draft.plain()
    file = part(
        'image/jpeg; name="photo.jpg"', base64.encodebytes(draft.rng.randbytes(900)), "Content-Transfer-Encoding: base64",
        'Content-Disposition: attachment; filename="photo.jpg"',
    )  # fmt: skip
    return draft.parts([part("text/plain; charset=utf-8", f"{draft.request()}\n"), file]), "acknowledged"


@family
def request_in_both_forms(draft: Draft) -> tuple[bytes, str]:
    request = draft.request()
    parts = [part("text/plain; charset=utf-8", request), part("text/html; charset=utf-8", f"<p>{request}</p>")]
    return draft.plain().parts(parts, "alternative"), "acknowledged"


@family
def request_beside_a_returned_mail(draft: Draft) -> tuple[bytes, str]:
    """A person forwards the bounce they got and asks: no machine wrote this."""
    inner = (
        "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender\nContent-Type: multipart/report; "
        'report-type=delivery-status; boundary="i"\n\n--i\nContent-Type: text/plain\n\nfailed\n\n--i\nContent-Type: '
        "message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\n"
        "Status: 5.1.1\n\n--i--\n"
    )
    draft.plain(Subject="Mon message est revenu")
    return draft.parts(
        [part("text/plain; charset=utf-8", f"{draft.request()}\n"), part("message/rfc822", inner)]
    ), "acknowledged"


@family
def request_beside_a_forwarded_newsletter(draft: Draft) -> tuple[bytes, str]:
    below = f"---------- Forwarded message ---------\nFrom: News <news@octoop.test>\nDate: Mon\nSubject: Sale\nTo: x\n\n{draft.pick(NEWS)}\n{draft.pick(FOOTERS)}"
    return draft.plain(Subject="Fwd: Sale").raw(f"{draft.request()}\n\n{below}\n"), "acknowledged"


@family
def request_passed_on(draft: Draft) -> tuple[bytes, str]:
    """Somebody else's request: the DPO chooses who is answered."""
    below = f"---------- Forwarded message ---------\nFrom: Other <other@x.example>\nDate: Mon\nSubject: x\nTo: y\n\n{draft.request()}"
    return draft.plain(Subject="Fwd: x").raw(f"FYI\n\n{below}\n"), "silent"
