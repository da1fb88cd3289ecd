/* What the page of New-NetFirewallRule says of -Protocol: a number from 0 to 255 or one
 * of four words, and ports only with TCP and UDP.  The numbers of ICMP are not used,
 * since -IcmpType goes with the words. */
#include "windows-firewall/facts.h"

const struct cv_winfw_protocol cv_winfw_protocols[] = {
	{6, "TCP", true, false},     {17, "UDP", true, false}, {1, "ICMPv4", false, true},
	{58, "ICMPv6", false, true}, {-1, NULL, false, false},
};

const struct cv_winfw_protocol *cv_winfw_facts_protocol(int number)
{
	const struct cv_winfw_protocol *protocol = cv_winfw_protocols;

	while (protocol->word && protocol->number != number)
		protocol++;
	return protocol->word ? protocol : NULL;
}
