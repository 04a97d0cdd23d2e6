/* phrases.c - how people say thanks, language by language; see
 * command/thanks.h */

#include "config.h"

#include <stddef.h>

#include "command/thanks.h"

#define THANKS TD_PHRASE_THANKS
#define ALONG TD_PHRASE_ALONG
#define TROUBLE TD_PHRASE_TROUBLE

const TdPhrases td_phrases[] = {
	/* English */
	{ THANKS,
	    "thanks, thank you, thank u, thankyou, thx, tnx, thanx, ty, "
	    "cheers, much appreciated, appreciated, i appreciate it, "
	    "we appreciate it, i really appreciate it, much obliged" },
	{ ALONG,
	    "very much, so much, so very much, a lot, a million, a bunch, "
	    "many, again, once again, once more, for your help, for the help, "
	    "for help, for all your help, for all the help, "
	    "for your quick help, for the quick help, for your quick reply, "
	    "for the quick reply, for your quick response, "
	    "for the quick response, for the fast response, "
	    "for the fast reply, for the prompt reply, "
	    "for your prompt reply, for the quick answer, "
	    "for your prompt response, for the prompt response, "
	    "for the quick fix, for the fix, for your support, "
	    "for the support, for the great support, for your time, "
	    "for your effort, for your efforts, for everything, for all, "
	    "for helping, for helping me, for helping us, for fixing it, "
	    "for fixing this, for fixing that, for letting me know, "
	    "for letting us know, for the information, for the info, "
	    "for your answer, for the answer, for your reply, for the reply, "
	    "for your response, for the response, for your assistance, "
	    "for the assistance, for your patience, for the update, "
	    "for the confirmation, for your message, for your mail" },
	{ ALONG,
	    "to you, to you all, to all, to everyone, all, everyone, team, "
	    "guys, folks, i, we, and, so, now, indeed, really, it works, "
	    "it works now, it works again, it works fine, "
	    "it works fine now, it works perfectly, works, works now, "
	    "works again, works fine, works fine now, works well, "
	    "works perfectly, works great, works like a charm, "
	    "it is working, it is working now, it's working, "
	    "it's working now, is working, is working now, working now, "
	    "working again, all good, all good now, all is well, "
	    "all is good, all fine, everything works, everything works now, "
	    "everything works fine, everything is fine, "
	    "everything is fine now, everything is working, "
	    "everything is working now, everything is ok, "
	    "everything is working again, it worked, that worked, "
	    "this worked, worked, it all works, all works, all works now, "
	    "that helped, it helped, this helped, helped, that did it, "
	    "that did the trick, it did the trick, did the trick, "
	    "that solved it, that solved the problem, it is solved, "
	    "it's solved, problem solved, the problem is solved, "
	    "problem is solved, the issue is resolved, issue resolved, "
	    "it is fixed, it's fixed, it is fixed now, solved, resolved, "
	    "fixed, you solved it, you fixed it" },
	{ ALONG,
	    "great, perfect, excellent, awesome, wonderful, fantastic, super, "
	    "brilliant, amazing, nice, cool, lovely, good, very good, "
	    "very helpful, very kind, kind of you, very kind of you, "
	    "that is great, that's great, good job, great job, great work, "
	    "great service, great support, good work, well done, "
	    "you are great, you are the best, you're the best, you rock, "
	    "got it, received, ok, okay, yes, hi, hello, hey, dear, dear all, "
	    "hi all, hi team, have a nice day, have a good day, "
	    "have a great day, have a nice weekend, have a good weekend, "
	    "have a great weekend, have a nice evening, nice day, "
	    "best regards, kind regards, with kind regards, "
	    "with best regards, warm regards, regards, best wishes, "
	    "all the best, best, kindest regards, sincerely, "
	    "yours sincerely, yours, bye, mr, mrs, ms, dr, sir, madam, "
	    "sent from my iphone, sent from my ipad, from my heart" },
	{ TROUBLE,
	    "but, still, not, no, error, problem, issue, question, failed, "
	    "fails, broken, why, when, how, what, please, help, however, "
	    "stop, urgent" },
	/* Russian */
	{ THANKS,
	    "спасибо, спасиб, спс, благодарю, благодарим, благодарствую, "
	    "большое спасибо, огромное спасибо, спасибки, сенкс, пасиб, "
	    "пасибо" },
	{ ALONG,
	    "большое, огромное, вам, вам большое, тебе, вас, за помощь, "
	    "за вашу помощь, за оперативную помощь, за быструю помощь, "
	    "за ответ, за ваш ответ, за быстрый ответ, "
	    "за оперативный ответ, за оперативность, за поддержку, "
	    "за информацию, за работу, за вашу работу, за труд, "
	    "за содействие, за скорость, за решение, за участие, "
	    "за внимание, за все, за подсказку, за понимание, "
	    "за быструю реакцию, за быстрое решение, "
	    "за оперативное решение, ещё раз, всем, всей команде, от души, "
	    "очень, вам за помощь" },
	{ ALONG,
	    "все работает, все заработало, все получилось, все хорошо, "
	    "все отлично, все в порядке, все ок, все решилось, все решено, "
	    "все исправлено, работает, заработало, получилось, помогло, "
	    "очень помогли, вы очень помогли, вы мне очень помогли, "
	    "вы помогли, это помогло, теперь работает, теперь все работает, "
	    "теперь все хорошо, теперь все в порядке, снова работает, "
	    "уже работает, уже все работает, проблема решена, "
	    "вопрос решён, вопрос закрыт, вопрос снят, решено, решилось, "
	    "исправлено, принято, понятно, понял, поняла, поняли, ясно, "
	    "получил, получила, получили, ок, окей, хорошо, отлично, супер, "
	    "прекрасно, замечательно, здорово, класс, круто, вы лучшие, "
	    "вы супер, да, и, теперь, все, здравствуйте, добрый день, "
	    "доброе утро, добрый вечер, привет, хорошего дня, "
	    "хорошего вам дня, доброго дня, удачного дня, хорошего вечера, "
	    "хороших выходных, удачи, всего доброго, всего хорошего, "
	    "до свидания, с уважением, с наилучшими пожеланиями, "
	    "с благодарностью, коллеги, уважаемые коллеги, ребята, "
	    "отправлено с iphone" },
	{ TROUBLE,
	    "но, не, нет, ошибка, проблема, вопрос, почему, когда, как, "
	    "однако, снова, опять, срочно, помогите, пожалуйста" },
	/* German */
	{ THANKS,
	    "danke, danke schön, dankeschön, dankeschoen, vielen dank, "
	    "besten dank, herzlichen dank, tausend dank, danke sehr, "
	    "vielen herzlichen dank, merci vielmals, ich danke, wir danken, "
	    "lieben dank, 1000 dank" },
	{ ALONG,
	    "hat geklappt, es hat geklappt, das hat geklappt, "
	    "hat funktioniert, es hat funktioniert, das hat funktioniert, "
	    "funktioniert, es funktioniert, es funktioniert jetzt, "
	    "funktioniert jetzt, funktioniert wieder, "
	    "es funktioniert wieder, jetzt funktioniert es, "
	    "jetzt funktioniert alles, alles funktioniert, "
	    "alles funktioniert wieder, geht, geht wieder, es geht, "
	    "es geht wieder, jetzt geht es, jetzt geht's, geht jetzt, läuft, "
	    "läuft wieder, alles läuft, klappt, klappt jetzt, alles klar, "
	    "alles gut, alles bestens, hat geholfen, das hat geholfen, "
	    "erledigt, ist erledigt, hat sich erledigt, "
	    "problem gelöst, das problem ist gelöst, passt, passt so, "
	    "für die hilfe, für ihre hilfe, für deine hilfe, "
	    "für die schnelle hilfe, für ihre schnelle hilfe, "
	    "für die rasche hilfe, für die schnelle antwort, "
	    "für ihre schnelle antwort, für die rasche antwort, "
	    "für die antwort, für ihre antwort, für die rückmeldung, "
	    "für ihre rückmeldung, für die schnelle rückmeldung, "
	    "für die info, für die information, für die unterstützung, "
	    "für ihre unterstützung, für die schnelle lösung, "
	    "für die mühe, für ihre mühe, ihnen, euch, dir, nochmals, "
	    "nochmal, auch, sehr, super, prima, toll, perfekt, klasse, "
	    "wunderbar, ja, gut, sehr gut, hallo, guten tag, liebe, lieber, "
	    "herr, frau, mit freundlichen grüßen, freundliche grüße, "
	    "viele grüße, beste grüße, liebe grüße, schöne grüße, grüße, "
	    "gruß, viele grüsse, freundliche grüsse, mfg, vg, lg, "
	    "schönen tag, schönen tag noch, schönes wochenende, tschüss, "
	    "von meinem iphone gesendet" },
	{ TROUBLE, "fehler, frage, leider, aber, problem, bitte, nicht" },
	/* French */
	{ THANKS,
	    "merci, merci beaucoup, merci bien, mille mercis, "
	    "un grand merci, grand merci, je vous remercie, "
	    "nous vous remercions, avec mes remerciements" },
	{ ALONG,
	    "beaucoup, infiniment, à vous, à tous, à toute l'équipe, "
	    "pour votre aide, pour ton aide, pour l'aide, "
	    "pour votre réponse, pour la réponse, "
	    "pour votre réponse rapide, pour votre rapidité, "
	    "pour votre réactivité, pour votre retour, pour tout, "
	    "pour l'information, pour votre soutien, ça marche, "
	    "cela marche, tout marche, ça fonctionne, cela fonctionne, "
	    "tout fonctionne, tout fonctionne maintenant, "
	    "ça marche maintenant, ça fonctionne maintenant, c'est bon, "
	    "c'est parfait, c'est résolu, c'est réglé, "
	    "le problème est résolu, problème résolu, parfait, super, "
	    "génial, excellent, très bien, bien reçu, bonjour, bonsoir, "
	    "madame, monsieur, cordialement, bien cordialement, "
	    "bien à vous, bonne journée, bonne soirée, bon week end, "
	    "sincères salutations, oui, d'accord, encore, et, maintenant" },
	{ TROUBLE, "mais, erreur, problème, question, pas, non" },
	/* Spanish */
	{ THANKS,
	    "gracias, muchas gracias, mil gracias, muchísimas gracias, "
	    "se lo agradezco, te lo agradezco, agradecido, agradecida, "
	    "muy agradecido, muy agradecida" },
	{ ALONG,
	    "por su ayuda, por tu ayuda, por la ayuda, por todo, "
	    "por su respuesta, por tu respuesta, por la respuesta, "
	    "por su rápida respuesta, por la rápida respuesta, "
	    "por la información, por el apoyo, por su apoyo, funciona, "
	    "ya funciona, ya funciona todo, todo funciona, "
	    "ahora funciona, todo bien, todo perfecto, todo correcto, "
	    "resuelto, solucionado, ya está, problema resuelto, "
	    "problema solucionado, perfecto, excelente, genial, muy bien, "
	    "muy amable, de nuevo, otra vez, a todos, hola, buenos días, "
	    "buenas tardes, saludos, un saludo, saludos cordiales, "
	    "un cordial saludo, atentamente, buen día, "
	    "que tenga un buen día, sí, vale, y, ahora" },
	{ TROUBLE, "pero, todavía, aún, problema, pregunta" },
	/* Italian */
	{ THANKS,
	    "grazie, grazie mille, mille grazie, molte grazie, "
	    "tante grazie, vi ringrazio, la ringrazio, ti ringrazio, "
	    "ringrazio" },
	{ ALONG,
	    "tante, infinite, per l'aiuto, per il vostro aiuto, "
	    "per il suo aiuto, per il tuo aiuto, per la risposta, "
	    "per la rapida risposta, per la pronta risposta, per tutto, "
	    "per il supporto, per la disponibilità, per l'assistenza, "
	    "di tutto, di cuore, ancora, a voi, a tutti, funziona, "
	    "ora funziona, adesso funziona, tutto funziona, "
	    "ora funziona tutto, tutto ok, tutto bene, tutto a posto, "
	    "risolto, problema risolto, perfetto, ottimo, benissimo, "
	    "molto gentile, ciao, buongiorno, buonasera, buona giornata, "
	    "buona serata, cordiali saluti, distinti saluti, saluti, "
	    "un saluto, sì, va bene, adesso" },
	{ TROUBLE, "ma, però, errore, problema, domanda, purtroppo" },
	/* Polish */
	{ THANKS,
	    "dziękuję, dziekuje, dzięki, dzieki, dziękujemy, "
	    "wielkie dzięki, bardzo dziękuję, dziękuję bardzo, "
	    "serdecznie dziękuję, dzięki wielkie" },
	{ ALONG,
	    "bardzo, wielkie, serdecznie, pięknie, ślicznie, za pomoc, "
	    "za szybką pomoc, za odpowiedź, za szybką odpowiedź, "
	    "za informację, za wsparcie, za wszystko, działa, "
	    "już działa, wszystko działa, teraz działa, "
	    "wszystko już działa, teraz wszystko działa, zadziałało, "
	    "wszystko ok, wszystko w porządku, rozwiązane, "
	    "problem rozwiązany, świetnie, super, doskonale, jasne, tak, "
	    "dobrze, jeszcze raz, dzień dobry, cześć, pozdrawiam, "
	    "pozdrawiam serdecznie, z poważaniem, miłego dnia, "
	    "pan, pani, panu, państwu, teraz, już" },
	{ TROUBLE, "ale, nie, niestety, błąd, pytanie" },
	/* Ukrainian */
	{ THANKS,
	    "дякую, дякуємо, щиро дякую, дуже дякую, спасибі, "
	    "велике спасибі, щиро дякуємо, дякую вам" },
	{ ALONG,
	    "дуже, щиро, велике, вам, за допомогу, за вашу допомогу, "
	    "за відповідь, за швидку відповідь, за швидку допомогу, "
	    "за підтримку, за інформацію, за все, працює, все працює, "
	    "усе працює, вже працює, вже все працює, тепер працює, "
	    "тепер все працює, запрацювало, все запрацювало, допомогло, "
	    "вирішено, проблему вирішено, все добре, все гаразд, "
	    "чудово, добре, супер, зрозуміло, так, ще раз, "
	    "добрий день, доброго дня, вітаю, з повагою, гарного дня, "
	    "на все добре, до побачення, тепер" },
	{ TROUBLE, "але, не, ні, помилка, питання, проте" },
	/* Dutch */
	{ THANKS,
	    "bedankt, dank je, dank u, dank je wel, dank u wel, dankjewel, "
	    "dankuwel, hartelijk dank, veel dank, hartelijk bedankt, "
	    "heel erg bedankt, met dank" },
	{ ALONG,
	    "voor de hulp, voor je hulp, voor uw hulp, "
	    "voor de snelle hulp, voor de snelle reactie, "
	    "voor uw snelle reactie, voor je snelle reactie, "
	    "voor het antwoord, voor de reactie, voor uw reactie, "
	    "voor de informatie, voor de info, voor alles, "
	    "voor de moeite, het werkt, het werkt nu, het werkt weer, "
	    "werkt, werkt nu, werkt weer, alles werkt, alles werkt weer, "
	    "alles werkt nu, nu werkt het, nu werkt alles, opgelost, "
	    "het is opgelost, probleem opgelost, gelukt, het is gelukt, "
	    "top, prima, perfect, geweldig, fijn, mooi, in orde, "
	    "helemaal goed, nogmaals, hoi, beste, "
	    "met vriendelijke groet, met vriendelijke groeten, "
	    "vriendelijke groet, vriendelijke groeten, groet, groeten, "
	    "mvg, fijne dag, prettige dag, goed weekend, heel erg, wel, "
	    "ja, goed, nu" },
	{ TROUBLE, "maar, niet, helaas, fout, vraag, probleem" },
	/* Portuguese */
	{ THANKS,
	    "obrigado, obrigada, muito obrigado, muito obrigada, "
	    "obrigadão, agradeço, agradecemos, agradecido, valeu, "
	    "grato, grata" },
	{ ALONG,
	    "muito, mesmo, pela ajuda, pela sua ajuda, pela vossa ajuda, "
	    "pela resposta, pela rápida resposta, pela atenção, "
	    "pelo apoio, pelo suporte, por tudo, pela informação, "
	    "está a funcionar, está funcionando, funciona, já funciona, "
	    "tudo funciona, agora funciona, funcionou, deu certo, "
	    "tudo certo, tudo bem, tudo ok, resolvido, "
	    "problema resolvido, perfeito, excelente, ótimo, muito bem, "
	    "mais uma vez, novamente, olá, oi, bom dia, boa tarde, "
	    "boa noite, cumprimentos, atenciosamente, abraço, abraços, "
	    "um abraço, sim, agora" },
	{ TROUBLE, "mas, não, erro, problema, pergunta" },
	/* Turkish */
	{ THANKS,
	    "teşekkürler, teşekkür ederim, teşekkür ederiz, tesekkurler, "
	    "tesekkur ederim, çok teşekkürler, çok teşekkür ederim, "
	    "çok teşekkür ederiz, sağol, sağolun, sağ olun, sağ ol, "
	    "çok sağolun" },
	{ ALONG,
	    "çok, yardımınız için, yardım için, yardımlarınız için, "
	    "desteğiniz için, cevabınız için, "
	    "hızlı cevabınız için, her şey için, bilgi için, çalışıyor, "
	    "şimdi çalışıyor, her şey çalışıyor, artık çalışıyor, oldu, "
	    "çözüldü, sorun çözüldü, düzeldi, harika, mükemmel, süper, "
	    "tamam, tamamdır, evet, güzel, tekrar, merhaba, iyi günler, "
	    "iyi akşamlar, iyi çalışmalar, kolay gelsin, saygılarımla, "
	    "saygılar, selamlar, bey, hanım, şimdi, elinize sağlık" },
	{ TROUBLE, "ama, fakat, değil, hata, sorun" },
	/* Czech, Swedish */
	{ THANKS,
	    "děkuji, děkuju, díky, děkujeme, dekuji, diky, mockrát děkuji, "
	    "tack, tack så mycket, stort tack, tusen tack" },
	{ ALONG,
	    "moc, mockrát, za pomoc, za rychlou pomoc, za odpověď, "
	    "za rychlou odpověď, funguje, už funguje, vše funguje, "
	    "už to funguje, vyřešeno, výborně, skvělé, dobrý den, "
	    "s pozdravem, hezký den, för hjälpen, för din hjälp, "
	    "för snabb hjälp, för svaret, för snabbt svar, det fungerar, "
	    "det fungerar nu, nu fungerar det, fungerar, "
	    "det funkar nu, allt fungerar, löst, perfekt, toppen, "
	    "med vänlig hälsning, vänliga hälsningar, mvh, hej" },
	{ TROUBLE, "ale, bohužel, chyba, men, inte, fel" },
	{ THANKS, NULL },
};
