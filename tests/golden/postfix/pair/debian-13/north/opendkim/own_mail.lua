-- Written by mailctl; changes made here are lost.
--
-- Programs of this host may pass on mail of strangers, as a Sieve script that redirects does.
-- Were it signed, anybody could have a message with a forged From signed by us, by sending it
-- to somebody who redirects. Mail that begins its way here has no Received header yet; what has
-- one is signed only if it comes from a user who has logged in. See opendkim-lua(3).
if odkim.get_mtasymbol(ctx, "{auth_authen}") == nil and odkim.get_header(ctx, "Received", 0) ~= nil then
	odkim.set_result(ctx, SMFIS_ACCEPT)
end
