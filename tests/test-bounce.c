/* test-bounce.c - bounces of many mail systems, read out of their words */

#include "config.h"

#include "notice-fixture.h"

static const Row systems[] = {
	{ "qmail",
	    "From: MAILER-DAEMON@mx.example.net\nTo: support@example.com\n"
	    "Subject: failure notice\n\n"
	    "Hi. This is the qmail-send program at mx.example.net.\n"
	    "I'm afraid I wasn't able to deliver your message to the "
	    "following addresses.\nThis is a permanent error; I've given up. "
	    "Sorry it didn't work out.\n\n"
	    "<anna@example.org>:\n192.0.2.7 does not like recipient.\n"
	    "Remote host said: 550 5.1.1 no Anna here\n"
	    "Giving up on 192.0.2.7.\n\n"
	    "<boris@example.org>:\nSorry, I couldn't find any host named "
	    "example.org. (#5.1.2)\n\n"
	    "--- Below this line is a copy of the message.\n\n" RETURNED,
	    "anna@example.org failed 5.1.1; boris@example.org failed 5.1.2" },
	{ "a service's notification, in capitals and without a status",
	    "From: Notices <no-reply@cloud.example.org>\n"
	    "X-Amz-Sns-Message-Id: 1\nSubject: Notification\n\n"
	    "{\"notificationType\":\"Bounce\",\"bounce\":{"
	    "\"bouncedRecipients\":[{\"emailAddress\":\"anna@example.org\","
	    "\"action\":\"FAILED\",\"status\":\"unknown\"}]}}\n",
	    "anna@example.org failed 5.0.0" },
	{ "qmail, a full mailbox",
	    "From: MAILER-DAEMON@mx.example.net\nTo: support@example.com\n"
	    "Subject: failure notice\n\n"
	    "<anna@example.org>:\nUser is over the quota. You can try again "
	    "later.\n\n--- Below this line is a copy of the message.\n\n",
	    "anna@example.org failed 5.2.2" },
	{ "Exim",
	    DAEMON "Subject: Mail delivery failed: returning message to "
	           "sender\nX-Failed-Recipients: anna@example.org\n\n"
	           "This message was created automatically by mail delivery "
	           "software.\n\nA message that you sent could not be "
	           "delivered to one or more of its\nrecipients. This is a "
	           "permanent error. The following address(es) failed:\n\n"
	           "  anna@example.org\n    host mx.example.org [192.0.2.1]\n"
	           "    SMTP error from remote mail server after RCPT "
	           "TO:<anna@example.org>:\n"
	           "    550-5.1.1 There is\n    550 5.1.1 no Anna\n\n"
	           "------ This is a copy of the message's headers. "
	           "------\n\n" RETURNED,
	    "anna@example.org failed 5.1.1" },
	{ "Exim, of an alias",
	    DAEMON "Subject: Mail delivery failed\n\n"
	           "The following address(es) failed:\n\n"
	           "  anna@inner.example.org\n"
	           "    (generated from anna@example.org)\n"
	           "    Unrouteable address\n",
	    "anna@example.org failed 5.1.1" },
	{ "Exim, a warning",
	    DAEMON "Subject: Warning: message 1abc-00 delayed 24 hours\n\n"
	           "This message was created automatically by mail delivery "
	           "software.\nA message that you sent has not yet been "
	           "delivered to one or more of its\nrecipients after more "
	           "than 24 hours on the queue.\n\n"
	           "The address to which the message has not yet been "
	           "delivered is:\n\n  anna@example.org\n"
	           "    Delay reason: connection refused\n\n"
	           "No action is required on your part.\n",
	    "anna@example.org delayed 4.4.1" },
	{ "Postfix without its report",
	    DAEMON "Subject: Undelivered Mail Returned to Sender\n\n"
	           "This is the mail system at host mx.example.net.\n\n"
	           "I'm sorry to have to inform you that your message could "
	           "not\nbe delivered to one or more recipients.\n\n"
	           "For further assistance, please send mail to "
	           "postmaster.\n\nIf you do so, please include this problem "
	           "report. You can\ndelete your own text from the attached "
	           "returned message.\n\n                   The mail system\n\n"
	           "<anna@example.org>: host mx.example.org[192.0.2.1] said: "
	           "552 5.2.2\n    <anna@example.org>: no more room (in reply "
	           "to RCPT TO command)\n",
	    "anna@example.org failed 5.2.2" },
	{ "sendmail",
	    DAEMON
	    "Subject: Returned mail: see transcript for details\n\n"
	    "The original message was received at Mon, 5 Jan 2026 10:00:00\n"
	    "from client.example.com [192.0.2.9]\n\n"
	    "   ----- The following addresses had permanent fatal errors "
	    "-----\n<anna@example.org>\n    (reason: 553 5.3.0 addressee "
	    "unknown)\n\n   ----- Transcript of session follows -----\n"
	    "... while talking to mx.example.org.:\n"
	    ">>> RCPT To:<anna@example.org>\n<<< 553 5.3.0 addressee unknown\n"
	    "   ----- Message header follows -----\n\n" RETURNED,
	    "anna@example.org failed 5.3.0" },
	{ "sendmail of old, the reason only in the transcript",
	    DAEMON "Subject: Returned mail: User unknown\n\n"
	           "   ----- The following addresses had permanent fatal "
	           "errors -----\n<anna@example.org>\n<boris@example.org>\n\n"
	           "   ----- Transcript of session follows -----\n"
	           "550 <anna@example.org>... User unknown\n"
	           "552 <boris@example.org>... Mailbox full\n",
	    "anna@example.org failed 5.1.1; boris@example.org failed 5.2.2" },
	{ "sendmail, failed and delayed",
	    DAEMON "Subject: Warning: could not send message for past 4 "
	           "hours\n\n   ----- The following addresses had transient "
	           "non-fatal errors -----\n<anna@example.org>\n\n"
	           "   ----- Transcript of session follows -----\n"
	           "451 <anna@example.org>: mx.example.org: Name server "
	           "timeout\n",
	    "anna@example.org delayed 4.4.2" },
	{ "Exchange of old",
	    "From: System Administrator <postmaster@example.org>\n"
	    "To: support@example.com\nSubject: Undeliverable: Printer\n\n"
	    "Your message\n\n  To:      sales@example.org\n"
	    "  Subject: Printer\n  Sent:    Mon, 5 Jan 2026 10:00\n\n"
	    "did not reach the following recipient(s):\n\n"
	    "Anna@example.org on Mon, 5 Jan 2026 10:01\n"
	    "    The recipient name is not recognized\n"
	    "        MSEXCH:IMS:EXAMPLE:MAIN:MX 0 (000C05A6) Unknown\n",
	    "Anna@example.org failed 5.1.1" },
	{ "Exchange, an address of X.400",
	    OFFICE "Subject: Undeliverable: Printer\n\n"
	           "did not reach the following recipient(s):\n\n"
	           "c=DE;a= ;p=EXAMPLE;o=Main;dda:SMTP=anna@example.org; on "
	           "Mon, 5 Jan\n    The recipient name is not recognized\n",
	    "anna@example.org failed 5.1.1" },
	{ "Office 365",
	    "From: Microsoft Outlook "
	    "<MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.org>\n"
	    "To: support@example.com\nSubject: Undeliverable: Printer\n"
	    "Content-Type: text/html\n\n<p>Your message to "
	    "<a href=\"mailto:anna@example.org\">anna@example.org</a> "
	    "couldn't be delivered.</p><h1>anna wasn't found at "
	    "example.org</h1>",
	    "anna@example.org failed 5.1.1" },
	{ "Gmail",
	    "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n"
	    "To: support@example.com\n"
	    "Subject: Delivery Status Notification (Failure)\n\n"
	    "** Address not found **\n\nYour message wasn't delivered to "
	    "anna@example.org because the address couldn't be found, or is "
	    "unable to receive mail.\n\nThe response from the remote server "
	    "was:\n550 5.1.1 The email account that you tried to reach does "
	    "not exist.\n",
	    "anna@example.org failed 5.1.1" },
	{ "Gmail of old, a delay",
	    "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n"
	    "To: support@example.com\n"
	    "Subject: Delivery Status Notification (Delay)\n\n"
	    "THIS IS A WARNING MESSAGE ONLY.\n\n"
	    "Delivery to the following recipient has been delayed:\n\n"
	    "     anna@example.org\n\n"
	    "Message will be retried for 2 more day(s)\n\n"
	    "Technical details of temporary failure:\n"
	    "The recipient server did not accept our requests to connect.\n",
	    "anna@example.org delayed 4.4.1" },
	{ "Yahoo",
	    "From: MAILER-DAEMON@yahoo.com\nTo: support@example.com\n"
	    "Subject: Failure Notice\n\nSorry, we were unable to deliver your "
	    "message to the following address.\n\n<anna@example.org>:\n"
	    "554: delivery error: dd This user doesn't have an account\n\n"
	    "--- Below this line is a copy of the message.\n\n" RETURNED,
	    "anna@example.org failed 5.1.1" },
	{ "AOL, names without a domain",
	    "From: Mail Delivery Subsystem <MAILER-DAEMON@example.org>\n"
	    "To: support@example.com\nSubject: Mail Delivery Problem\n\n"
	    "Your mail to the following recipients could not be delivered "
	    "because they are not accepting mail from support@example.com:\n"
	    "\tanna\n",
	    "anna@example.org failed 5.7.1" },
	{ "Domino",
	    OFFICE "Subject: DELIVERY FAILURE: User anna not listed in Domino "
	           "Directory\n\nYour message\n\n  Subject: Printer\n\n"
	           "was not delivered to:\n\n  anna@example.org\n\nbecause:\n\n"
	           "  User anna (anna@example.org) not listed in Domino "
	           "Directory\n",
	    "anna@example.org failed 5.1.1" },
	{ "GroupWise",
	    "From: Mailer-Daemon@gw.example.org\nTo: support@example.com\n"
	    "Subject: Message status - undeliverable\n\nThe message that you "
	    "sent was undeliverable to the following:\n\n"
	    "\tanna@example.org (user not found)\n",
	    "anna@example.org failed 5.1.1" },
	{ "Courier",
	    DAEMON "Subject: NOTICE: mail delivery status.\n\n"
	           "This is a delivery status notification from "
	           "mx.example.net.\n\nUNDELIVERABLE MAIL\n\n"
	           "Your message to the following recipients cannot be "
	           "delivered:\n\n<anna@example.org>:\n"
	           "    mx.example.org [192.0.2.1]:\n"
	           ">>> RCPT TO:<anna@example.org>\n"
	           "<<< 550 User unknown\n",
	    "anna@example.org failed 5.1.1" },
	{ "IMail",
	    OFFICE "Subject: Undeliverable Mail\n\n"
	           "Unknown user: anna@example.org\n\n"
	           "RCPT TO generated following response:\n"
	           "553 5.3.0 Addressee unknown\n\n"
	           "Original message follows.\n\n" RETURNED,
	    "anna@example.org failed 5.3.0" },
	{ "MailEnable",
	    OFFICE "Subject: Message Delivery Failure\n\n"
	           "The following recipient(s) could not be reached:\n\n"
	           "Recipient: [SMTP:anna@example.org]\n"
	           "Reason: Remote SMTP Server Returned: 550 No such user\n",
	    "anna@example.org failed 5.1.1" },
	{ "CommuniGate",
	    DAEMON "Subject: Undeliverable mail\n\n"
	           "Failed to deliver to 'anna@example.org'\n"
	           "SMTP module(domain example.org) reports:\n"
	           " mx.example.org: 550 relaying prohibited\n",
	    "anna@example.org failed 5.7.1" },
	{ "a gateway that looks for spam",
	    "From: Mail gateway <gateway@example.org>\n"
	    "To: support@example.com\nSubject: Mail could not be delivered\n\n"
	    "****** Message from the gateway ******\n\n"
	    "Sent <<< RCPT TO:<anna@example.org>\n"
	    "Received >>> 554 5.7.1 refused: looks like spam\n\n"
	    "Unable to deliver message to <anna@example.org>.\n",
	    "anna@example.org failed 5.7.1" },
	{ "hMailServer",
	    DAEMON "Subject: Message undeliverable: Printer\n\n"
	           "Your message did not reach some or all of the intended "
	           "recipients.\n\n   Sent: Mon, 5 Jan 2026 10:00\n"
	           "   Subject: Printer\n\nThe following recipient(s) could "
	           "not be reached:\n\nanna@example.org\n   Error Type: SMTP\n"
	           "   Remote server (192.0.2.1) issued an error.\n"
	           "   hMailServer sent: RCPT TO:<anna@example.org>\n"
	           "   Remote server replied: 552 message size exceeds "
	           "fixed limit\n",
	    "anna@example.org failed 5.3.4" },
	{ "MDaemon",
	    "From: MDaemon@mx.example.net\nTo: support@example.com\n"
	    "Subject: Permanent Delivery Failure\n\n"
	    "The following addresses did NOT receive a copy of your "
	    "message:\n\n> anna@example.org\n\n--- Session Transcript ---\n"
	    " RCPT To:<anna@example.org>\n 551 This user has moved to "
	    "another place\n--- End Transcript ---\n",
	    "anna@example.org failed 5.1.6" },
	{ "OpenSMTPD",
	    DAEMON "Subject: Delivery status notification: error\n\n"
	           "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT "
	           "REPLY to this email.\n\n    An error has occurred while "
	           "attempting to deliver a message for\n    the following "
	           "list of recipients:\n\nanna@example.org: Domain does not "
	           "exist\n\n    Below is a copy of the original "
	           "message:\n\n" RETURNED,
	    "anna@example.org failed 5.1.2" },
	{ "DragonFly",
	    "From: MAILER-DAEMON <>\nTo: support@example.com\n"
	    "Subject: Mail delivery failed\n\n"
	    "There was an error delivering your mail to <anna@example.org>.\n\n"
	    "Could not deliver for the last 432000 seconds. Giving up.\n\n"
	    "Message headers follow.\n\n" RETURNED,
	    "anna@example.org failed 4.4.7" },
	{ "a report of which only text is left",
	    DAEMON
	    "Subject: Delivery Status Notification (Failure)\n\n"
	    "An error occurred.\n\nReporting-MTA: dns; mx.example.net\n\n"
	    "Final-Recipient: rfc822; anna@example.org\n"
	    "Action: failed\nStatus: 5.4.6\n",
	    "anna@example.org failed 5.4.6" },
	{ "the only words are in the Subject",
	    DAEMON "Subject: Warning: anna@example.org - User unknown!\n\n"
	           "There is nobody of that name.\n",
	    "anna@example.org failed 5.1.1" },
	{ "only the returned mail tells whom it was for",
	    DAEMON "Subject: Undeliverable mail\n\nYour mail could not be "
	           "delivered: too many hops.\n\n"
	           "----- Original message -----\n" RETURNED,
	    "anna@example.org failed 5.4.6" },
	{ "a mobile operator",
	    OFFICE "Subject: Re: Printer\nIn-Reply-To: <1@example.com>\n\n"
	           "Error: Invalid user address\n\nError message below:\n"
	           "550 - Requested action not taken: no such user here\n\n"
	           "Message details:\n  MAIL FROM: support@example.com\n"
	           "  RCPT TO: 4915112345678@mms.example.org\n",
	    "4915112345678@mms.example.org failed 5.1.1" },
	{ "nobody to answer, and nothing but a sentence",
	    "Return-Path: <>\nFrom: <>\nTo: support@example.com\n\n"
	    "You sent mail to anna@example.org. That's not a valid user "
	    "here.\n",
	    "anna@example.org failed 5.1.1" },
	{ "Notes, the reason above the address",
	    OFFICE
	    "Subject: Undeliverable message\n\n"
	    "------- Failure Reasons  --------\n\n"
	    "User not listed in public Name & Address Book\n"
	    "anna@example.org\n\n------- Returned Message --------\n" RETURNED,
	    "anna@example.org failed 5.1.1" },
	{ "MailMarshal",
	    "From: SMTP Gateway <postmaster@example.org>\n"
	    "To: support@example.com\nSubject: Undeliverable Mail: Printer\n\n"
	    "Your message:\n   From:    support@example.com\n"
	    "   Subject: Printer\n\nCould not be delivered because of\n\n"
	    "550 5.7.1 we want no printers\n\n"
	    "The following recipients were affected:\n"
	    "    anna@example.org\n    boris@example.org\n\n"
	    "Additional Information\n======================\n",
	    "anna@example.org failed 5.7.1; boris@example.org failed 5.7.1" },
	{ "m-FILTER",
	    "From: Mailer-Daemon@m-filter.example.org\n"
	    "To: support@example.com\nSubject: failure notice\n\n"
	    "-------server message\n550 5.1.1 unknown <anna@example.org>\n\n"
	    "-------SMTP command\n>>>RCPT TO:<anna@example.org>\n\n"
	    "-------original message\n" RETURNED,
	    "anna@example.org failed 5.1.1" },
	{ "sendmail 5",
	    DAEMON "Subject: Returned mail: User unknown\n\n"
	           "   ----- Transcript of session follows -----\n"
	           "While talking to mx.example.org:\n"
	           ">>> RCPT To:<anna@example.org>\n"
	           "<<< 550 User Unknown\n"
	           "421 example.org (smtp)... Deferred\n\n"
	           "   ----- Unsent message follows -----\n" RETURNED,
	    "anna@example.org failed 5.1.1" },
	{ "Zoho",
	    "From: mailer-daemon@mail.example.org\nTo: support@example.com\n"
	    "Subject: Undelivered Mail Returned to Sender\n\n"
	    "A message that you sent could not be delivered to one or more of "
	    "its recipients. This is a permanent error.\n\n"
	    "anna@example.org Invalid Address, ERROR_CODE :550, ERROR_CODE "
	    ":5.1.1 no Anna\n",
	    "anna@example.org failed 5.1.1" },
	{ "Sun Messaging Server",
	    "From: Internet Mail Delivery <postmaster@example.net>\n"
	    "To: support@example.com\n"
	    "Subject: Delivery Notification: Delivery has failed\n\n"
	    "Your message cannot be delivered to the following recipients:\n\n"
	    "  Recipient address: anna@example.org\n"
	    "  Reason: Remote SMTP server has rejected address\n"
	    "  Diagnostic code: smtp;552 over quota\n",
	    "anna@example.org failed 5.2.2" },
	{ "PowerMTA",
	    DAEMON "Subject: Delivery report\n\nHello, this is the mail server "
	           "on mx.example.net.\n\nImmediately below you will find a "
	           "list of the affected recipients.\n\n"
	           "  <anna@example.org>\n    delivery failed; will not "
	           "continue trying\n    5.1.2 (bad destination system: no "
	           "such domain)\n",
	    "anna@example.org failed 5.1.2" },
	{ "a mobile operator in Japan",
	    "From: Postmaster@mobile.example.jp\nTo: support@example.com\n"
	    "Subject: Mail System Error - Returned Mail\n\n"
	    "Your mail sent on: Mon, 5 Jan 2026 11:04:47 +0900\n"
	    " Could not be delivered to: <anna@mobile.example.jp>\n"
	    " As their mailbox is full.\n",
	    "anna@mobile.example.jp failed 5.2.2" },
	{ "an unknown system, the reason in brackets",
	    "From: \"Mail Deliver System\" <MDS@example.org>\n"
	    "To: support@example.com\nSubject: Returned Mail: Printer\n\n"
	    "The original message was received at Mon, 5 Jan 2026\n"
	    "from support@example.com\n\n"
	    "---The following addresses had delivery errors---\n\n"
	    "anna@example.org [User unknown]\n",
	    "anna@example.org failed 5.1.1" },
	{ "names of a list, with reasons",
	    "From: Mailer-Daemon@example.org\nTo: support@example.com\n"
	    "Subject: Message status - undeliverable\n\n"
	    "The message that you sent was undeliverable to the following:\n"
	    "\tanna (user not found)\n",
	    "anna@example.org failed 5.1.1" },
};

static void
test_words_of_a_mail_system_are_read(void)
{
	assert_rows(systems, G_N_ELEMENTS(systems));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func(
	    "/bounce/systems", test_words_of_a_mail_system_are_read);

	return g_test_run();
}
