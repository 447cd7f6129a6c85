"""What people and machines write, in the 24 official languages of the Union, in our own words. Data for hostile.py.

Each language has requests (what a person asks), absence notes, what a support desk's robot answers, and the line that
asks nobody to answer. `{n}` is a number, `{d}` a date.
"""

REQUESTS: dict[str, tuple[str, ...]] = {
    "bg": (
        "Здравейте, моля да изтриете моя акаунт и всички мои лични данни.",
        "Моля, изпратете ми копие от всички лични данни, които съхранявате за мен.",
    ),
    "cs": (
        "Dobrý den, žádám o výmaz mého účtu a všech mých osobních údajů.",
        "Žádám vás o kopii všech osobních údajů, které o mně zpracováváte.",
    ),
    "da": (
        "Hej, jeg beder jer slette min konto og alle mine personoplysninger.",
        "Jeg vil gerne have en kopi af alle de personoplysninger, I har om mig.",
    ),
    "de": (
        "Guten Tag, bitte löschen Sie mein Konto und alle meine personenbezogenen Daten.",
        "Bitte senden Sie mir eine Kopie aller personenbezogenen Daten, die Sie über mich gespeichert haben.",
    ),
    "el": (
        "Καλησπέρα, παρακαλώ διαγράψτε τον λογαριασμό μου και όλα τα προσωπικά μου δεδομένα.",
        "Παρακαλώ στείλτε μου αντίγραφο όλων των προσωπικών δεδομένων που τηρείτε για μένα.",
    ),
    "en": (
        "Hello, please delete my account and all the personal data you hold about me.",
        "Please send me a copy of all the personal data that you keep about me.",
    ),
    "es": (
        "Buenos días, solicito que eliminen mi cuenta y todos mis datos personales.",
        "Les pido una copia de todos los datos personales que tienen sobre mí.",
    ),
    "et": (
        "Tere, palun kustutage minu konto ja kõik minu isikuandmed.",
        "Palun saatke mulle koopia kõigist isikuandmetest, mida te minu kohta säilitate.",
    ),
    "fi": (
        "Hei, pyydän poistamaan tilini ja kaikki henkilötietoni.",
        "Pyydän jäljennöksen kaikista henkilötiedoista, joita teillä on minusta.",
    ),
    "fr": (
        "Bonjour, je vous demande de supprimer mon compte et toutes mes données personnelles.",
        "Je souhaite recevoir une copie de toutes les données personnelles que vous détenez sur moi.",
    ),
    "ga": (
        "A chara, scriosaigí mo chuntas agus mo shonraí pearsanta go léir, le bhur dtoil.",
        "Ba mhaith liom cóip de na sonraí pearsanta go léir atá agaibh fúm.",
    ),
    "hr": (
        "Poštovani, molim da izbrišete moj račun i sve moje osobne podatke.",
        "Molim da mi pošaljete kopiju svih osobnih podataka koje o meni čuvate.",
    ),
    "hu": (
        "Tisztelt Címzett! Kérem, töröljék a fiókomat és minden személyes adatomat.",
        "Kérem, küldjék el a rólam tárolt összes személyes adat másolatát.",
    ),
    "it": (
        "Buongiorno, chiedo la cancellazione del mio account e di tutti i miei dati personali.",
        "Vi chiedo una copia di tutti i dati personali che avete su di me.",
    ),
    "lt": (
        "Laba diena, prašau ištrinti mano paskyrą ir visus mano asmens duomenis.",
        "Prašau atsiųsti visų jūsų turimų mano asmens duomenų kopiją.",
    ),
    "lv": (
        "Labdien, lūdzu izdzēst manu kontu un visus manus personas datus.",
        "Lūdzu atsūtiet man visu par mani glabāto personas datu kopiju.",
    ),
    "mt": (
        "Bonġu, jekk jogħġobkom ħassru l-kont tiegħi u d-data personali kollha tiegħi.",
        "Nixtieq kopja tad-data personali kollha li għandkom dwari.",
    ),
    "nl": (
        "Goedendag, verwijder alstublieft mijn account en al mijn persoonsgegevens.",
        "Graag ontvang ik een kopie van alle persoonsgegevens die u over mij bewaart.",
    ),
    "pl": (
        "Dzień dobry, proszę o usunięcie mojego konta i wszystkich moich danych osobowych.",
        "Proszę o przesłanie kopii wszystkich danych osobowych, które o mnie przechowujecie.",
    ),
    "pt": (
        "Bom dia, peço que apaguem a minha conta e todos os meus dados pessoais.",
        "Solicito uma cópia de todos os dados pessoais que têm sobre mim.",
    ),
    "ro": (
        "Bună ziua, vă rog să ștergeți contul meu și toate datele mele personale.",
        "Vă rog să îmi trimiteți o copie a tuturor datelor personale pe care le dețineți despre mine.",
    ),
    "sk": (
        "Dobrý deň, žiadam o vymazanie môjho účtu a všetkých mojich osobných údajov.",
        "Žiadam o kópiu všetkých osobných údajov, ktoré o mne spracúvate.",
    ),
    "sl": (
        "Pozdravljeni, prosim, da izbrišete moj račun in vse moje osebne podatke.",
        "Prosim za kopijo vseh osebnih podatkov, ki jih hranite o meni.",
    ),
    "sv": (
        "Hej, jag vill att ni raderar mitt konto och alla mina personuppgifter.",
        "Jag vill ha en kopia av alla personuppgifter som ni har om mig.",
    ),
}

#: What a person writes who is away, read by a robot to everybody: the text of a vacation program.
AWAY: dict[str, tuple[str, ...]] = {
    "bg": (
        "В отпуск съм до {d}. При спешни случаи се обърнете към моя колега.",
        "Благодаря за съобщението. В момента не съм в офиса и ще отговоря след завръщането си.",
    ),
    "cs": (
        "Dobrý den, do {d} mám dovolenou. V naléhavých případech kontaktujte kolegu.",
        "Děkuji za zprávu. Momentálně nejsem v kanceláři a odpovím po svém návratu.",
    ),
    "da": (
        "Tak for din mail. Jeg holder ferie til og med {d} og læser ikke mails.",
        "Jeg er ikke på kontoret i øjeblikket og svarer, når jeg er tilbage.",
    ),
    "de": (
        "Vielen Dank für Ihre Nachricht. Ich bin bis zum {d} nicht im Büro. Ihre E-Mail wird nicht weitergeleitet.",
        "Ich befinde mich derzeit im Urlaub und bin ab dem {d} wieder erreichbar.",
    ),
    "el": (
        "Απουσιάζω από το γραφείο έως τις {d}. Για επείγοντα επικοινωνήστε με τον συνάδελφό μου.",
        "Σας ευχαριστώ για το μήνυμα. Βρίσκομαι σε άδεια και θα απαντήσω μετά την επιστροφή μου.",
    ),
    "en": (
        "Thank you for your email. I am out of the office until {d} with limited access to my mailbox.",
        "I am currently on annual leave and will reply when I return on {d}.",
    ),
    "es": (
        "Gracias por su mensaje. Estaré fuera de la oficina hasta el {d}.",
        "Actualmente estoy de vacaciones y responderé a mi regreso.",
    ),
    "et": (
        "Olen puhkusel kuni {d}. Kiireloomuliste küsimuste korral pöörduge kolleegi poole.",
        "Täname kirja eest. Ma ei viibi praegu kontoris ja vastan pärast naasmist.",
    ),
    "fi": (
        "Kiitos viestistäsi. Olen lomalla {d} asti.",
        "En ole juuri nyt toimistolla. Vastaan palattuani.",
    ),
    "fr": (
        "Bonjour, je suis absente du bureau jusqu'au {d} inclus. En cas d'urgence, merci de contacter ma collègue.",
        "Merci de votre message. Je suis actuellement en congés et vous répondrai à mon retour le {d}.",
    ),
    "ga": (
        "Go raibh maith agat as do theachtaireacht. Tá mé as láthair ón oifig go dtí {d}.",
        "Táim ar saoire faoi láthair agus freagróidh mé nuair a fhillfidh mé.",
    ),
    "hr": (
        "Na godišnjem sam odmoru do {d}. Za hitne slučajeve obratite se kolegi.",
        "Hvala na poruci. Trenutačno nisam u uredu i odgovorit ću po povratku.",
    ),
    "hu": (
        "Köszönöm levelét. {d} napjáig szabadságon vagyok.",
        "Jelenleg nem tartózkodom az irodában, visszatérésem után válaszolok.",
    ),
    "it": (
        "Grazie per il messaggio. Sono fuori ufficio fino al {d}.",
        "Sono attualmente in ferie e risponderò al mio rientro.",
    ),
    "lt": (
        "Šiuo metu atostogauju iki {d}. Skubiais klausimais kreipkitės į kolegą.",
        "Ačiū už laišką. Manęs šiuo metu nėra biure, atsakysiu grįžęs.",
    ),
    "lv": (
        "Esmu atvaļinājumā līdz {d}. Steidzamos jautājumos sazinieties ar kolēģi.",
        "Paldies par vēstuli. Pašlaik neatrodos birojā un atbildēšu pēc atgriešanās.",
    ),
    "mt": (
        "Grazzi tal-messaġġ. Ninsab barra mill-uffiċċju sal-{d}.",
        "Bħalissa ninsab bil-leave u nwieġeb meta nirritorna.",
    ),
    "nl": (
        "Bedankt voor uw bericht. Ik ben tot en met {d} afwezig.",
        "Ik ben momenteel met vakantie en beantwoord uw e-mail bij terugkomst.",
    ),
    "pl": (
        "Dziękuję za wiadomość. Do {d} przebywam na urlopie.",
        "Jestem obecnie poza biurem i odpowiem po powrocie.",
    ),
    "pt": (
        "Obrigado pela sua mensagem. Estarei ausente do escritório até {d}.",
        "Encontro-me de férias e responderei quando regressar.",
    ),
    "ro": (
        "Vă mulțumesc pentru mesaj. Sunt în concediu până la {d}.",
        "Momentan nu sunt la birou și voi răspunde la întoarcere.",
    ),
    "sk": (
        "Ďakujem za správu. Do {d} čerpám dovolenku.",
        "Momentálne nie som v kancelárii a odpoviem po návrate.",
    ),
    "sl": (
        "Hvala za sporočilo. Do {d} sem na dopustu.",
        "Trenutno me ni v pisarni, odgovoril bom po vrnitvi.",
    ),
    "sv": (
        "Tack för ditt mejl. Jag är på semester till och med {d}.",
        "Jag är inte på kontoret just nu och svarar när jag är tillbaka.",
    ),
}

#: How a support desk's robot says that it took a mail in.
RECEIVED: dict[str, tuple[str, ...]] = {
    "bg": (
        "Получихме вашето запитване под номер {n}. Наш служител ще ви отговори.",
        "Вашата заявка № {n} беше регистрирана.",
    ),
    "cs": ("Váš požadavek jsme přijali pod číslem {n}.", "Váš požadavek č. {n} byl zaregistrován, brzy se vám ozveme."),
    "da": ("Vi har modtaget din henvendelse, som har fået sagsnummer {n}.", "Din sag {n} er blevet oprettet."),
    "de": (
        "Wir haben Ihre Anfrage erhalten und unter der Nummer {n} erfasst.",
        "Ihre Anfrage wurde unter der Ticketnummer {n} aufgenommen. Ein Mitarbeiter meldet sich.",
    ),
    "el": (
        "Λάβαμε το αίτημά σας με αριθμό {n}. Θα σας απαντήσουμε σύντομα.",
        "Το αίτημά σας καταχωρίστηκε με αριθμό {n}.",
    ),
    "en": (
        "We received your request [#{n}]. Our support team will get back to you within 24 hours.",
        "Your ticket has been created with the number {n}.",
    ),
    "es": (
        "Hemos recibido su solicitud con el número {n}. Un agente le responderá en breve.",
        "Su ticket {n} ha sido creado.",
    ),
    "et": ("Oleme teie pöördumise kätte saanud, selle number on {n}.", "Teie päring {n} on registreeritud."),
    "fi": ("Olemme vastaanottaneet yhteydenottosi, tapausnumero {n}.", "Palvelupyyntösi {n} on kirjattu."),
    "fr": (
        "Nous avons bien reçu votre demande, enregistrée sous le numéro {n}. Un conseiller vous répondra.",
        "Votre ticket n° {n} a été créé.",
    ),
    "ga": ("Fuaireamar d'iarratas faoin uimhir {n}.", "Cláraíodh d'iarratas, uimhir {n}."),
    "hr": ("Zaprimili smo vaš upit pod brojem {n}.", "Vaš zahtjev broj {n} je zaprimljen."),
    "hu": ("Megkeresését megkaptuk, az azonosítója {n}.", "Bejelentését {n} számon rögzítettük."),
    "it": (
        "Abbiamo ricevuto la tua richiesta, registrata con il numero {n}.",
        "Il suo ticket {n} è stato aperto, un operatore risponderà al più presto.",
    ),
    "lt": ("Gavome jūsų užklausą, jos numeris {n}.", "Jūsų užklausa Nr. {n} užregistruota."),
    "lv": ("Esam saņēmuši jūsu pieprasījumu, tā numurs ir {n}.", "Jūsu pieteikums Nr. {n} ir reģistrēts."),
    "mt": ("Irċevejna t-talba tiegħek bin-numru {n}.", "It-talba tiegħek {n} ġiet irreġistrata."),
    "nl": (
        "Wij hebben uw aanvraag ontvangen onder nummer {n}.",
        "Uw ticket {n} is aangemaakt. Een medewerker neemt contact op.",
    ),
    "pl": (
        "Otrzymaliśmy Twoje zgłoszenie i nadaliśmy mu numer {n}.",
        "Zgłoszenie nr {n} zostało zarejestrowane.",
    ),
    "pt": ("Recebemos o seu pedido com o número {n}.", "O seu pedido n.º {n} foi registado. Um agente responderá."),
    "ro": ("Am primit solicitarea dumneavoastră cu numărul {n}.", "Solicitarea dvs. nr. {n} a fost înregistrată."),
    "sk": ("Vašu požiadavku sme prijali pod číslom {n}.", "Vaša požiadavka č. {n} bola zaregistrovaná."),
    "sl": ("Prejeli smo vaš zahtevek s številko {n}.", "Vaš zahtevek št. {n} je bil zabeležen."),
    "sv": ("Vi har tagit emot ditt ärende med nummer {n}.", "Ditt ärende {n} har registrerats."),
}

#: The line that asks nobody to answer.
UNANSWERED: dict[str, tuple[str, ...]] = {
    "bg": ("Това е автоматично съобщение, моля не отговаряйте.",),
    "cs": ("Toto je automaticky generovaná zpráva, neodpovídejte na ni.",),
    "da": ("Dette er en automatisk besked, som ikke kan besvares.",),
    "de": ("Dies ist eine automatisch erzeugte Nachricht, bitte antworten Sie nicht darauf.",),
    "el": ("Αυτό είναι ένα αυτοματοποιημένο μήνυμα, παρακαλούμε μην απαντήσετε.",),
    "en": ("This is an automatically generated message, please do not reply to this email.",),
    "es": ("Este es un mensaje automático, por favor no responda a este correo.",),
    "et": ("See on automaatne teade, palun ärge sellele vastake.",),
    "fi": ("Tämä on automaattinen viesti, älä vastaa siihen.",),
    "fr": ("Ceci est un message automatique, merci de ne pas y répondre.",),
    "ga": ("Is teachtaireacht uathoibríoch í seo, ná freagair í le do thoil.",),
    "hr": ("Ovo je automatska poruka, molimo ne odgovarajte na nju.",),
    "hu": ("Ez egy automatikus üzenet, kérjük, ne válaszoljon rá.",),
    "it": ("Questo è un messaggio automatico, si prega di non rispondere.",),
    "lt": ("Tai automatinis pranešimas, prašome į jį neatsakyti.",),
    "lv": ("Šis ir automātisks ziņojums, lūdzu, neatbildiet uz to.",),
    "mt": ("Dan huwa messaġġ awtomatiku, jekk jogħġbok twieġibx.",),
    "nl": ("Dit is een automatisch bericht, gelieve niet te antwoorden op deze e-mail.",),
    "pl": ("Ta wiadomość została wygenerowana automatycznie, prosimy na nią nie odpowiadać.",),
    "pt": ("Esta é uma mensagem automática, por favor não responda a este e-mail.",),
    "ro": ("Acesta este un mesaj automat, vă rugăm să nu răspundeți.",),
    "sk": ("Toto je automaticky generovaná správa, neodpovedajte na ňu.",),
    "sl": ("To je samodejno sporočilo, prosimo, ne odgovarjajte nanj.",),
    "sv": ("Detta är ett automatiskt meddelande som inte går att besvara.",),
}

#: What introduces the words that a robot repeats.
YOU_WROTE: dict[str, str] = {
    "bg": "Вашето съобщение:", "cs": "Vaše zpráva:", "da": "Din besked:", "de": "Ihre Nachricht:",
    "el": "Το μήνυμά σας:", "en": "Your message:", "es": "Su mensaje:", "et": "Teie sõnum:", "fi": "Viestisi:",
    "fr": "Votre message :", "ga": "Do theachtaireacht:", "hr": "Vaša poruka:", "hu": "Az Ön üzenete:",
    "it": "Il suo messaggio:", "lt": "Jūsų žinutė:", "lv": "Jūsu ziņa:", "mt": "Il-messaġġ tiegħek:",
    "nl": "Uw bericht:", "pl": "Twoja wiadomość:", "pt": "A sua mensagem:", "ro": "Mesajul dvs.:",
    "sk": "Vaša správa:", "sl": "Vaše sporočilo:", "sv": "Ditt meddelande:",
}  # fmt: skip

#: The foot of a newsletter, with the rights that data protection law makes it name.
FOOTERS: tuple[str, ...] = (
    "You receive this email because you signed up on our site. Unsubscribe | View in browser. You have the right to "
    "access, rectify and erase your personal data and to object to its processing: write to privacy@brand.example.",
    "Vous recevez ce message car vous êtes inscrit à notre lettre d'information. Se désinscrire. Conformément au RGPD, "
    "vous disposez d'un droit d'accès, de rectification, d'effacement et d'opposition en écrivant à dpo@marque.example.",
    "Sie erhalten diesen Newsletter, weil Sie sich angemeldet haben. Hier abmelden. Sie haben das Recht auf Auskunft, "
    "Berichtigung und Löschung Ihrer personenbezogenen Daten: datenschutz@marke.example.",
    "Recibe este correo porque se suscribió a nuestro boletín. Darse de baja. Puede ejercer sus derechos de acceso, "
    "rectificación, supresión y oposición escribiendo a datos@marca.example.",
    "Ricevi questa email perché sei iscritto alla newsletter. Annulla iscrizione. Puoi esercitare i diritti di accesso, "
    "rettifica e cancellazione dei tuoi dati personali scrivendo a privacy@marchio.example.",
    "Je ontvangt deze nieuwsbrief omdat je bent ingeschreven. Uitschrijven. U heeft recht op inzage, rectificatie en "
    "verwijdering van uw persoonsgegevens: privacy@merk.example.",
)
NEWS: tuple[str, ...] = (
    "Autumn sale: thirty percent off every chair and table until Sunday, and free delivery above fifty euros.",
    "Notre webinaire du jeudi : comment gagner une heure par jour sur vos publications. Inscrivez-vous !",
    "Neu in unserem Blog: fünf Ideen für Ihren Adventskalender. Jetzt lesen.",
    "Esta semana: las ofertas de otoño y una entrevista con nuestra directora de producto.",
)
