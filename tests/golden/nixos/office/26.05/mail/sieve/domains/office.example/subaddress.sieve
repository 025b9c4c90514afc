# Mail to user+detail@office.example goes to INBOX.detail: the domain's `subaddress: {folders:
# create}`. Made by mailctl from its spec: change the spec, not this file.
require ["variables", "envelope", "subaddress", "regex", "fileinto", "mailbox", "enotify", "duplicate"];

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

# Whoever writes to us invents details, so new folders are numbered: each takes a number that no
# folder has taken yet, and when the numbers are used up the mail stays in INBOX.
if anyof (
  not duplicate :handle "subaddress folders" :uniqueid "1" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "2" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "3" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "4" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "5" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "6" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "7" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "8" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "9" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "10" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "11" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "12" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "13" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "14" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "15" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "16" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "17" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "18" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "19" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "20" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "21" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "22" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "23" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "24" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "25" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "26" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "27" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "28" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "29" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "30" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "31" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "32" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "33" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "34" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "35" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "36" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "37" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "38" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "39" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "40" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "41" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "42" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "43" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "44" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "45" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "46" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "47" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "48" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "49" :seconds 315360000,
  not duplicate :handle "subaddress folders" :uniqueid "50" :seconds 315360000
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
