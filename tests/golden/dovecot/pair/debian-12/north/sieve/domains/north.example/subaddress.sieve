# Mail to user+detail@north.example goes to INBOX.detail: the domain's `subaddress: {folders:
# existing}`. Made by mailctl from its spec: change the spec, not this file.
require ["variables", "envelope", "subaddress", "regex", "fileinto", "mailbox"];

if envelope :detail :matches "to" "*" {
  set :lower "detail" "${1}";
}

# A detail is a folder's name when it is short and harmless: letters, digits, - _ = +, and dots
# between them, which make folders within folders. Whatever else comes stays in INBOX.
if not allof (string :regex "${detail}" "^[a-z0-9_=+-]+(\\.[a-z0-9_=+-]+)*$",
              string :regex "${detail}" "^.{1,64}$") {
  stop;
}

set "folder" "INBOX.${detail}";

if mailboxexists "${folder}" {
  fileinto "${folder}";
  stop;
}
