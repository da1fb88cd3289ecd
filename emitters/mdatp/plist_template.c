/* The fixed text of the property lists, as lines with slots.  The keys of a profile are
 * those of "Set preferences for Microsoft Defender for Endpoint on macOS" and of Apple's
 * Configuration Profile Reference, which also says that a profile takes the place of an
 * older one with the same PayloadIdentifier. */
#include <stddef.h>

#include "mdatp/facts.h"

/* clang-format off */
#define L(text) {CV_PLIST_TEXT, text, 0},
#define NAME(indent, key, name) \
	L(indent "<key>" key "</key>") {CV_PLIST_NAME, indent "<string>", name},
#define END {CV_PLIST_TEXT, NULL, 0}
#define HEAD \
	L("<?xml version=\"1.0\" encoding=\"UTF-8\"?>") \
	L("<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" " \
	  "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">") \
	{CV_PLIST_HEADER, "<!-- ", 0}, \
	L("<plist version=\"1.0\">") \
	L("<dict>")

const struct cv_plist_line cv_mdatp_plist[] = {
	HEAD
	L("\t<key>antivirusEngine</key>")
	L("\t<dict>")
	L("\t\t<key>exclusions</key>")
	{CV_PLIST_ENTRIES, "\t\t", 0},
	L("\t</dict>")
	L("</dict>")
	L("</plist>")
	END
};

const struct cv_plist_line cv_mdatp_mobileconfig[] = {
	HEAD
	NAME("\t", "PayloadDisplayName", CV_MDATP_DISPLAY_NAME)
	NAME("\t", "PayloadIdentifier", CV_MDATP_IDENTIFIER)
	L("\t<key>PayloadType</key>")
	L("\t<string>Configuration</string>")
	NAME("\t", "PayloadUUID", CV_MDATP_UUID)
	L("\t<key>PayloadVersion</key>")
	L("\t<integer>1</integer>")
	L("\t<key>PayloadEnabled</key>")
	L("\t<true/>")
	L("\t<key>PayloadScope</key>")
	L("\t<string>System</string>")
	L("\t<key>PayloadContent</key>")
	L("\t<array>")
	L("\t\t<dict>")
	NAME("\t\t\t", "PayloadIdentifier", CV_MDATP_PAYLOAD_IDENTIFIER)
	L("\t\t\t<key>PayloadType</key>")
	L("\t\t\t<string>" CV_MDATP_DOMAIN "</string>")
	NAME("\t\t\t", "PayloadUUID", CV_MDATP_PAYLOAD_UUID)
	L("\t\t\t<key>PayloadVersion</key>")
	L("\t\t\t<integer>1</integer>")
	L("\t\t\t<key>PayloadEnabled</key>")
	L("\t\t\t<true/>")
	L("\t\t\t<key>antivirusEngine</key>")
	L("\t\t\t<dict>")
	L("\t\t\t\t<key>exclusions</key>")
	{CV_PLIST_ENTRIES, "\t\t\t\t", 0},
	L("\t\t\t</dict>")
	L("\t\t</dict>")
	L("\t</array>")
	L("</dict>")
	L("</plist>")
	END
};
/* clang-format on */
