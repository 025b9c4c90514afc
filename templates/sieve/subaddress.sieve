{{ opening | comment }}
require ["variables", "envelope", "subaddress", "regex", "fileinto", "mailbox"
{%- if creates %}, "enotify", "duplicate"{% endif %}];

if envelope :detail :matches "to" "*" {
  set :lower "detail" "${1}";
}

# A detail is a folder's name when it is short and harmless: letters, digits, - _ = +, and dots
# between them, which make folders within folders. Whatever else comes stays in INBOX.
if not allof (string :regex "${detail}" {{ safe_detail | string }},
              string :regex "${detail}" {{ ("^.{1," ~ longest ~ "}$") | string }}) {
  stop;
}

set "folder" "INBOX.${detail}";

if mailboxexists "${folder}" {
  fileinto "${folder}";
  stop;
}
{% if creates %}

# Whoever writes to us invents details, so new folders are numbered: each takes a number that no
# folder has taken yet, and when the numbers are used up the mail stays in INBOX.
if anyof (
{% for number in numbers %}
  not duplicate :handle "subaddress folders" :uniqueid "{{ number }}" :seconds {{ memory }}
{%- if not loop.last %},{% endif %}

{% endfor %}
) {
  fileinto :create "${folder}";
  if envelope :user :matches "to" "*" {
    set :encodeurl "user" "${1}";
  }
  if envelope :domain :matches "to" "*" {
    set :encodeurl "domain" "${1}";
  }
  set :encodeurl "encoded" "${folder}";
  notify :message "Folder ${folder} was just created"
    "mailto:${user}@${domain}?body=The%20first%20message%20to%20this%20address%20with%20this%20detail%20has%20come.%0A%0AIt%20lies%20in%20the%20new%20folder%20${encoded},%20and%20so%20will%20all%20that%20follow.%0A";
}
{% endif %}
