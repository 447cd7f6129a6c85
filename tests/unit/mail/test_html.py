"""HTML to text: what a reader sees."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from intake_bot.mail.html import html_to_text
from intake_bot.mail.reply import split_reply

PAGES = [
    ("block", "<p>un</p><p>deux</p>", "un\n\ndeux"),
    ("break", "un<br>deux<br/>trois", "un\ndeux\ntrois"),
    ("list", "<ul><li>un</li><li>deux</li></ul>", "- un\n- deux"),
    (
        "table",
        "<table><tr><td>Nom</td><td>Anna</td></tr><tr><td>Ville</td><td>Lyon</td></tr></table>",
        "Nom Anna\nVille Lyon",
    ),
    ("entities", "donn&eacute;es &amp; &#39;droits&#x27;&nbsp;!", "données & 'droits' !"),
    ("link", '<a href="https://x.example">ici</a>', "ici"),
    ("style", "<style>p{}</style><p>a</p><script>b()</script>", "a"),
    ("hidden attribute", "<p hidden>x</p><p>a</p>", "a"),
    ("display none", '<div style="DISPLAY: none">x<div>y</div>z</div>a', "a"),
    ("visibility", "<span style='visibility:hidden'>x</span>a", "a"),
    ("tiny", '<span style="font-size:0px">x</span>a', "a"),
    ("layout is seen", '<td style="font-size:0"><span style="font-size:14px">a</span></td>', "a"),
    ("small is seen", '<span style="font-size:0.9em">x</span>a', "xa"),
    ("conditional comment", "<!--[if mso]>x<![endif]-->a<![if !mso]>b<![endif]>", "ab"),
    ("comment", "a<!-- b > c -->d", "ad"),
    ("unclosed comment", "a<!-- b", "a b"),
    ("pre", "<pre>a\n  b</pre>", "a\n  b"),
    ("angle bracket", "1 < 2 et a <b", "1 < 2 et a <b"),
    ("quote", "a<blockquote type=cite><p>b</p><p>c</p></blockquote>d", "a\n\n> b\n>\n> c\n\nd"),
    ("indent is no quote", '<blockquote style="margin:0 0 0 40px;border:none">a</blockquote>', "a"),
    (
        "indent after a colon",
        '<div>je demande :</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px">a</blockquote>',
        "je demande :\n\na",
    ),
    ("indent by class", '<p>x:</p><blockquote class="gmail-webkit-indent-blockquote">a</blockquote>', "x:\n\na"),
    ("bare blockquote after a colon", "<p>I want:</p><blockquote>a</blockquote>", "I want:\n\na"),
    (
        "bare blockquote after an attribution",
        "<p>Le 3 mars 2026, O a écrit&nbsp;:</p><blockquote>b</blockquote>",
        "Le 3 mars 2026, O a écrit :\n\n> b",
    ),
    (
        "quote rewritten by Outlook",
        '<p>x</p><blockquote style="border:none;border-left:solid #CCC 1pt">b</blockquote>',
        "x\n\n> b",
    ),
    ("head without an end", "<head><meta charset=utf-8><body><header>a</header><p>b</p>", "a\n\nb"),
    ("comment closed at once", "<!-->a<!--->b<!-- x -->c", "abc"),
    ("hidden paragraph ends at the next", '<p style="display:none">x<p>a</p>', "a"),
    ("hidden paragraph ends with what is around", '<div><p style="display:none">x</div>a', "a"),
    ("attribute with bracket", '<p title="a > b">c</p>', "c"),
    ("word spans", "<p><span>Je</span> <span>veux</span></p>", "Je veux"),
]


@pytest.mark.parametrize(("html", "text"), [row[1:] for row in PAGES], ids=[row[0] for row in PAGES])
def test_text_of_html(html: str, text: str) -> None:
    assert html_to_text(html) == text


REPLIES = [
    '<div dir="ltr">Merci</div><br><div class="gmail_quote"><div class="gmail_attr">Le lun. 3 mars 2026 à 10:12, '
    'O &lt;<a>i@o.fr</a>&gt; a écrit&nbsp;:<br></div><blockquote class="gmail_quote"><p>vieux</p></blockquote></div>',
    '<p>Merci</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>De&nbsp;:</b> O &lt;i@o.fr&gt;<br>'
    "<b>Envoyé&nbsp;:</b> lundi<br><b>À&nbsp;:</b> A<br><b>Objet&nbsp;:</b> x</p></div><p>vieux</p>",
    '<div>Merci</div><hr tabindex="-1"><div id="divRplyFwdMsg"><b>From:</b> O<br><b>Sent:</b> Monday<br>'
    "<b>To:</b> A<br><b>Subject:</b> x</div><div>vieux</div>",
    '<body>Merci<div><blockquote type="cite"><div>Am 03.03.2026 um 10:12 schrieb O &lt;i@o.fr&gt;:</div><br>'
    "<div>vieux</div></blockquote></div></body>",
    '<p>Merci</p><div class="moz-cite-prefix">Le 03/03/2026 à 10:12, O a écrit&nbsp;:<br></div>'
    '<blockquote type="cite" cite="mid:x"><p>vieux</p></blockquote>',
    '<div>Merci</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>Le lundi 3 mars 2026 à 10:12:45 UTC+1, '
    "O &lt;i@o.fr&gt; a écrit :</div><div>vieux</div></div>",
]


@pytest.mark.parametrize("html", REPLIES, ids=["gmail", "outlook", "outlook web", "apple de", "thunderbird", "yahoo"])
def test_html_reply_is_cut_like_a_text_reply(html: str) -> None:
    assert split_reply(html_to_text(html), subject="Re: x").new == "Merci"


@pytest.mark.parametrize(
    "html",
    [
        row[1]
        for row in PAGES
        if "hidden" not in row[1]
        and "none" not in row[1].lower()
        and ":0px" not in row[1]
        and row[0] not in ("unclosed comment", "angle bracket")
    ],
)
def test_words_agree_with_a_tree_parser(html: str) -> None:
    tree = LexborHTMLParser(html)
    for node in tree.css("style, script, head"):
        node.decompose()
    words = (tree.body.text(separator="") if tree.body else "").replace("\u00a0", " ")
    ours = html_to_text(html).replace("> ", "").replace("- ", "").replace(">\n", "")
    assert "".join(ours.split()) == "".join(words.split())


TAGS = [
    "<![if x]>",
    "<!--",
    "-->",
    "<p>",
    "</p>",
    "<blockquote type=cite>",
    "</blockquote>",
    "<pre>",
    "</pre>",
    "<style>",
    "</style>",
    "<div hidden>",
    "</div>",
    "<br>",
    "<hr>",
    "a",
    " ",
    "\n",
    "&amp;",
    "<",
    ">",
    "<td>",
    "<li>",
    "</style",
]


@given(st.text(alphabet="<>/!-[]=\"' abpdivstyle&;#0\n", max_size=300) | st.lists(st.sampled_from(TAGS)).map("".join))
@settings(max_examples=500, deadline=None)
def test_any_text_is_read(html: str) -> None:
    html_to_text(html)
