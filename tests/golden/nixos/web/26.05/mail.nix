# Mail on mx.north.example, for NixOS 26.05: written by mailctl from its spec; changes made here are
# lost. Change the spec, or set an option otherwise in the host's own configuration: what is
# lib.mkDefault here gives way to any other value, all else to lib.mkForce alone, for the rest of
# the mail system rests on it.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  # -o { name = value } in master.cf: braces hold a value with blanks together.
  options = lib.concatMap (setting: [ "-o" "{ ${setting} }" ]);
  opendkimConf = pkgs.writeText "opendkim.conf" (
    lib.concatStrings (
      lib.mapAttrsToList (name: value: "${name} ${value}\n") config.services.opendkim.settings
    )
  );
  # What every virtual host of ours says; other ones of the server say their own.
  webServer = ''
    # Clients ask with their users' addresses in the query.
    access_log off;
    # Nobody needs to know the version.
    server_tokens off;
    # Each file says its own type.
    default_type application/octet-stream;
    # All texts are in UTF-8.
    charset utf-8;
    # Outlook posts a few hundred bytes.
    client_max_body_size 16k;
    # A request is a few hundred bytes: who is slower than that keeps a place busy.
    client_body_timeout 10s;
    # The same.
    client_header_timeout 10s;
    # Nobody has a second question.
    keepalive_timeout 10s;
    # An answer is a few thousand bytes.
    send_timeout 10s;
    # nginx's own value, whatever others say.
    large_client_header_buffers 4 8k;
    # The same as for mail. (wiki.mozilla.org/Security/Server_Side_TLS, intermediate)
    ssl_protocols TLSv1.2 TLSv1.3;
    # The same as for mail. (wiki.mozilla.org/Security/Server_Side_TLS, intermediate)
    ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
    # Clients know what they are fast at. (wiki.mozilla.org/Security/Server_Side_TLS, intermediate)
    ssl_prefer_server_ciphers off;
    # The same as for mail. (wiki.mozilla.org/Security/Server_Side_TLS, intermediate)
    ssl_ecdh_curve X25519MLKEM768:X25519:prime256v1:secp384r1;
    # 4000 sessions, for all workers.
    ssl_session_cache shared:mail:1m;
    # Clients come back within a day, if they do.
    ssl_session_timeout 1d;
    # A ticket's key would have to be changed for forward secrecy, and nginx does not.
    # (wiki.mozilla.org/Security/Server_Side_TLS, intermediate)
    ssl_session_tickets off;
    # Whoever came by HTTPS comes by nothing else for two years. (RFC 6797)
    add_header Strict-Transport-Security "max-age=63072000" always;
    # The type is the one that is said. (fetch.spec.whatwg.org)
    add_header X-Content-Type-Options nosniff always;
  '';
in
{
  options.services.mailctl.secretFiles = lib.mkOption {
    type = lib.types.attrsOf lib.types.str;
    default = { };
    description = ''
      Where the secret files of the mail system lie on this host, by their names: password hashes
      and keys. Paths outside the Nix store, as agenix and sops-nix make them; mailctl's own
      apply brings them to the default places.
    '';
  };

  config = {
    # ---- Whether it fits
    assertions = [
      {
        assertion = lib.all (file: !lib.hasPrefix builtins.storeDir file) (lib.attrValues config.services.mailctl.secretFiles);
        message = "services.mailctl.secretFiles names a file in the Nix store, which everybody on the host can read; name one outside of it, as agenix and sops-nix place them.";
      }
      {
        assertion = lib.versionAtLeast config.services.dovecot2.package.version "2.4";
        message = "This module has Dovecot 2.4's settings; set services.dovecot2.package to a Dovecot of 2.4, or leave it out.";
      }
    ];
    warnings = lib.optional (lib.trivial.release != "26.05")
      "mailctl wrote this module for NixOS 26.05, and this is ${lib.trivial.release}: set the host's platform in the spec";

    # ---- Files
    # Where the host's secret files lie: never in the store.
    services.mailctl.secretFiles = {
      "dovecot/users" = lib.mkDefault "/var/lib/mailctl/secrets/dovecot/users";
      "opendkim/keys/north.example/s1.pem" = lib.mkDefault "/var/lib/mailctl/secrets/opendkim/keys/north.example/s1.pem";
    };
    environment.etc = {
      # By this an apply knows that the built system has this module in it.
      "mailctl/host".text = "north\n";
      "mailctl/dovecot/senders.imap".text = "";
      "mailctl/dovecot/senders.pop3".text = "";
      "mailctl/dovecot/senders.sieve".text = "";
      "mailctl/dovecot/senders.smtp".text = "";
      "mailctl/nginx/www/north.example/autodiscover.xml".source = ./mail + "/nginx/www/north.example/autodiscover.xml";
      "mailctl/nginx/www/north.example/config-v1.1.xml".source = ./mail + "/nginx/www/north.example/config-v1.1.xml";
      "mailctl/nginx/www/north.example/mail.mobileconfig".source = ./mail + "/nginx/www/north.example/mail.mobileconfig";
      "mailctl/nginx/www/north.example/mta-sts.txt".source = ./mail + "/nginx/www/north.example/mta-sts.txt";
      "mailctl/opendkim/KeyTable".text = ''
        # Written by mailctl; changes made here are lost.
        north.example north.example:s1:/etc/mailctl/opendkim/keys/north.example/s1.pem
      '';
      "mailctl/opendkim/SigningTable".text = ''
        # Written by mailctl; changes made here are lost.
        north.example north.example
      '';
      "mailctl/postfix/header_checks".text = ''
        # Written by mailctl; changes made here are lost.
        #
        # Only we write Authentication-Results in our name, so whatever arrives with it is forged (RFC 8601, 5).
        /^Authentication-Results\s*:(?:\s|(\((?:[^()\\]++|\\.|(?1))*+\)))*+(?:(?:mx\.north\.example|mx\.south\.example)|"(?:\\?m\\?x\\?\.\\?n\\?o\\?r\\?t\\?h\\?\.\\?e\\?x\\?a\\?m\\?p\\?l\\?e|\\?m\\?x\\?\.\\?s\\?o\\?u\\?t\\?h\\?\.\\?e\\?x\\?a\\?m\\?p\\?l\\?e)\.?")\.?(?:[\s;\/(]|$)/ IGNORE
      '';
      "mailctl/postfix/server_names".text = ''
        # Written by mailctl; changes made here are lost.
        imap.north.example /var/lib/acme/imap.north.example/key.pem, /var/lib/acme/imap.north.example/fullchain.pem
      '';
      "mailctl/postfix/undeliverable_syntax".text = ''
        # Written by mailctl; changes made here are lost.
        #
        # Characters that no address of ours has. Dovecot's LMTP takes neither; mail that was accepted
        # with them could only bounce (RFC 6531, 3.5; RFC 5321, 4.1.2).
        /[^\x20-\x7e]/ refuse_own_domains
      '';
      "mailctl/sieve/domains/north.example/subaddress.sieve".text = ''
        # Mail to user+detail@north.example goes to INBOX.detail: the domain's `subaddress: {folders:
        # existing}`. Made by mailctl from its spec: change the spec, not this file.
        require ["variables", "envelope", "subaddress", "regex", "fileinto", "mailbox"];

        if envelope :detail :matches "to" "*" {
          set :lower "detail" "''${1}";
        }

        # A detail is a folder's name when it is short and harmless: letters, digits, - _ = +, and dots
        # between them, which make folders within folders. Whatever else comes stays in INBOX.
        if not allof (string :regex "''${detail}" "^[a-z0-9_=+-]+(\\.[a-z0-9_=+-]+)*$",
                      string :regex "''${detail}" "^.{1,64}$") {
          stop;
        }

        set "folder" "INBOX.''${detail}";

        if mailboxexists "''${folder}" {
          fileinto "''${folder}";
          stop;
        }
      '';
      "mailctl/unbound/resolv.conf".text = ''
        # Written by mailctl; changes made here are lost. Postfix alone reads this file.
        # No other name server may stand here: the answers of one that does not validate would
        # be believed, and those without DNSSEC switch DANE off.
        nameserver 127.0.0.25
        options edns0 trust-ad
      '';
      "mailctl/unbound/unbound.conf".source = ./mail + "/unbound/unbound.conf";
      "mailctl/unbound/root.hints".source = "${pkgs.dns-root-data}/root.hints";
      "mailctl/unbound/root.key".source = "${pkgs.dns-root-data}/root.key";
      "mailctl/dovecot/users".source = config.services.mailctl.secretFiles."dovecot/users";
      "mailctl/opendkim/keys/north.example/s1.pem".source = config.services.mailctl.secretFiles."opendkim/keys/north.example/s1.pem";
    };
    systemd.tmpfiles.rules = [
      "d /var/vmail 0770 vmail vmail -"
      "d /var/lib/mailctl 0755 root root -"
      "d /var/lib/mailctl/secrets 0711 root root -"
      "d /var/lib/mailctl/secrets/dovecot 0711 root root -"
      "d /var/lib/mailctl/secrets/opendkim 0711 root root -"
      "d /var/lib/mailctl/secrets/opendkim/keys 0711 root root -"
      "d /var/lib/mailctl/secrets/opendkim/keys/north.example 0711 root root -"
      "z /var/lib/mailctl/secrets/dovecot/users 0640 root dovecot2 -"
      "z /var/lib/mailctl/secrets/opendkim/keys/north.example/s1.pem 0600 opendkim opendkim -"
    ];

    # ---- Postfix
    services.postfix = {
      enable = true;
      # There is no local delivery that could read /etc/aliases.
      postmasterAlias = "";
      settings.main = {
        # ---- The host
        # The defaults of Postfix 3.6, whatever the distribution says: at 0, which Debian 12 ships,
        # smtpd_relay_restrictions would be empty by default. (COMPATIBILITY_README)
        compatibility_level = "3.6";
        # The host's fqdn in the spec: it greets with this name, and certificate, MX and PTR carry
        # it. (postconf(5))
        myhostname = "mx.north.example";
        # By default the name without its first label, which may be somebody else's domain.
        # (postconf(5))
        mydomain = "$myhostname";
        # Mail of the system itself (cron, bounces) comes from the host's own name. (postconf(5))
        myorigin = "$myhostname";
        # The greeting tells the name, as the standard wants, and no product or version. (RFC 5321,
        # 4.3.1)
        smtpd_banner = lib.mkDefault "$myhostname ESMTP";
        # Receivers look this name up and compare it with the PTR record and SPF. (RFC 5321,
        # 4.1.1.1; RFC 7208, 2.3)
        smtp_helo_name = "$myhostname";
        # An unqualified domain is the mail client's fault; guessing at it misdelivers.
        # (postconf(5))
        append_dot_mydomain = lib.mkDefault false;
        # The spec's addresses may be a router's that forwards to this host. (postconf(5))
        inet_interfaces = "all";
        # The families of the addresses that the spec gives to the host: mail is not sent over one
        # for which it has neither PTR record nor SPF. (postconf(5))
        inet_protocols = "all";
        # The host's own addresses, also where a router carries them: mail must not loop through
        # them. (postconf(5))
        proxy_interfaces = [
          "203.0.113.31"
          "2001:db8:3::31"
        ];
        # Only this host itself. A wide list would be an open relay for whoever gets into it, and
        # would escape the limits below. (postconf(5))
        mynetworks = [
          "127.0.0.0/8"
          "[::1]/128"
        ];
        # A domain in a table means that domain, not whatever lies below it. (postconf(5))
        parent_domain_matches_subdomains = "";
        # No mail is delivered to Unix accounts: a domain listed here would be one whose every
        # account receives. The system's own mail goes through virtual_alias_maps. (VIRTUAL_README)
        mydestination = "";
        # What is left for local delivery is mail to user@[address of this host]; it is refused when
        # it is offered. (error(8))
        local_transport = "error:5.1.1 no mail is delivered to the accounts of this host";
        # There is no local delivery that could read /etc/aliases. (local(8))
        alias_maps = [ ];
        # Nothing for newaliases(1) to build. (postconf(5))
        alias_database = "";
        # Nobody waits at a terminal for mail. (postconf(5))
        biff = lib.mkDefault false;

        # ---- Domains, addresses and where their mail goes
        # user+detail@domain is user@domain's mail: the spec's subaddress delimiters. (RFC 5233)
        recipient_delimiter = "+";
        # The host's own names, as far as they are no mail domain: only the addresses that
        # virtual_alias_maps lists exist there. (ADDRESS_CLASS_README)
        virtual_alias_domains = [ "hash:/etc/postfix/own_names" ];
        # Users' aliases, alias addresses, forwards, catch-alls, and the system's own mail. In a
        # domain with a catch-all every address stands here, so that none is caught. (virtual(5))
        virtual_alias_maps = [ "hash:/etc/postfix/virtual_aliases" ];
        # The widest alias of the spec fits: beyond the limit mail would be deferred. (postconf(5))
        virtual_alias_expansion_limit = 1000;
        # The same for aliases of aliases. (postconf(5))
        virtual_alias_recursion_limit = 1000;
        # The domains whose mailboxes this host keeps. (VIRTUAL_README)
        virtual_mailbox_domains = [ "hash:/etc/postfix/mailbox_domains" ];
        # The mailboxes: anybody else is refused while the sender is still there, instead of being
        # sent a bounce later. (ADDRESS_CLASS_README)
        virtual_mailbox_maps = [ "hash:/etc/postfix/mailboxes" ];
        # Dovecot delivers: it knows quotas and Sieve scripts. (lmtp(8); RFC 2033)
        virtual_transport = "lmtp:unix:private/dovecot-lmtp";
        # Each recipient's copy travels alone, so that none learns of the others by a header, a
        # Sieve script or an error text. (postconf(5))
        lmtp_destination_recipient_limit = 1;

        # ---- Receiving
        # A client that does not say who it is sends no mail. (RFC 5321, 4.1.4)
        smtpd_helo_required = lib.mkDefault true;
        # Envelope addresses stand in <> without comments, so that everybody who reads them reads
        # the same. (RFC 5321, 4.1.2)
        strict_rfc821_envelopes = lib.mkDefault true;
        # VRFY would tell strangers which addresses exist, at no cost to them. (RFC 5321, 7.3)
        disable_vrfy_command = lib.mkDefault true;
        # Only CR LF . CR LF ends a message. Postfix 3.7 takes a bare newline for a line end too, by
        # which a second message can be smuggled in behind the first. (CVE-2023-51764; RFC 5321,
        # 2.3.8)
        smtpd_forbid_bare_newline = "normalize";
        # Programs on this host itself may be sloppy. (postconf(5))
        smtpd_forbid_bare_newline_exclusions = "$mynetworks";
        # A client that talks before it was asked to is attacking, or a worm. (RFC 2920, 3.1)
        smtpd_forbid_unauth_pipelining = true;
        # The same at DATA, where smuggled commands would begin. (postconf(5))
        smtpd_data_restrictions = [ "reject_unauth_pipelining" ];
        # ETRN starts queues of others; nobody here needs it. (RFC 1985)
        smtpd_discard_ehlo_keywords = [
          "silent-discard"
          "etrn"
        ];
        # What is not offered is not done either. (postconf(5))
        smtpd_etrn_restrictions = [ "reject" ];
        # Without ETRN there is no list to keep of what waits for which domain. (ETRN_README)
        fast_flush_domains = lib.mkDefault "";
        # Senders with non-ASCII addresses are welcome. (RFC 6531)
        smtputf8_enable = true;
        # Queue names that are never used twice, so that a log can be read years later.
        # (postconf(5))
        enable_long_queue_ids = lib.mkDefault true;
        # user%elsewhere@here is no route to elsewhere; since 1989 nobody needs it. (RFC 1123,
        # 5.2.16)
        allow_percent_hack = false;
        # elsewhere!user is no route either. (postconf(5))
        swap_bangpath = false;
        # A local part with @, % or ! could be one for the next host, which trusts us. (RFC 5321,
        # appendix F.2)
        allow_untrusted_routing = false;
        # user@192.0.2.1, without brackets, is no address. (RFC 5321, 4.1.3)
        resolve_numeric_domain = lib.mkDefault false;
        # Names for rules that settings below hold. (RESTRICTION_CLASS_README)
        smtpd_restriction_classes = [ "refuse_own_domains" ];
        # Refuses an address of ours whose spelling no mailbox takes; foreign hosts may take it.
        # (access(5))
        refuse_own_domains = lib.mkDefault "check_recipient_access hash:/etc/postfix/undeliverable";
        # Anybody may bring mail for our users. (SMTPD_ACCESS_README)
        smtpd_client_restrictions = [ ];
        # A name that is no host name at all. (RFC 5321, 4.1.1.1)
        smtpd_helo_restrictions = [ "reject_invalid_helo_hostname" ];
        # A sender without a domain could get no answer. (RFC 5321, 2.3.5)
        smtpd_sender_restrictions = [ "reject_non_fqdn_sender" ];
        # Mail for our domains and for nobody else's. Not even the host itself relays here: its
        # programs use sendmail(1), or log in on the submission port. (SMTPD_ACCESS_README)
        smtpd_relay_restrictions = [ "reject_unauth_destination" ];
        # Refused in this order: unqualified addresses but postmaster; users who only send and the
        # system's accounts; spellings that no mailbox can have, as non-ASCII or control characters,
        # which would come back as a bounce; unknown addresses; mailboxes that have no room, of
        # which Dovecot knows. (SMTPD_ACCESS_README; RFC 6531, 3.5)
        smtpd_recipient_restrictions = [
          "reject_non_fqdn_recipient"
          "check_recipient_access hash:/etc/postfix/refused_recipients"
          "check_recipient_access pcre:/etc/mailctl/postfix/undeliverable_syntax"
          "reject_unlisted_recipient"
          "check_policy_service unix:private/dovecot-quota"
        ];
        # While Dovecot is away nobody knows how full a mailbox is: the mail is taken and waits here
        # for it. (SMTPD_POLICY_README)
        smtpd_policy_service_default_action = lib.mkDefault "DUNNO";
        # An unknown address stays unknown: the sender shall not try again. (RFC 5321, 4.2.3)
        unknown_virtual_alias_reject_code = 550;
        # The same for mailboxes. (RFC 5321, 4.2.3)
        unknown_virtual_mailbox_reject_code = 550;

        # ---- Limits
        # The spec's limits.message_size in bytes; EHLO announces it. (RFC 1870)
        message_size_limit = 52428800;
        # Dovecot holds the quotas; a limit here could only contradict them. (postconf(5))
        mailbox_size_limit = 0;
        # The same for virtual(8), and never below the size of a message. (postconf(5))
        virtual_mailbox_limit = 0;
        # All rates below are for a minute. (anvil(8))
        anvil_rate_time_unit = "60s";
        # The spec's limits.connections: new connections of one address. (TUNING_README)
        smtpd_client_connection_rate_limit = 60;
        # The spec's limits.messages: messages of one address, on port 25. (TUNING_README)
        smtpd_client_message_rate_limit = 100;
        # This host, and the other hosts of the spec, which bring everybody's mail. (postconf(5))
        smtpd_client_event_limit_exceptions = lib.mkDefault [
          "$mynetworks"
          "203.0.113.32"
          "[2001:db8:3::32]"
        ];
        # After so many mistakes every answer is slow ... (TUNING_README)
        smtpd_soft_error_limit = lib.mkDefault 5;
        # ... and after so many the connection is closed: somebody is guessing addresses.
        # (TUNING_README)
        smtpd_hard_error_limit = lib.mkDefault 10;
        # Recipients of one message; the standard wants 100 at least. (RFC 5321, 4.5.3.1.8)
        smtpd_recipient_limit = lib.mkDefault 1000;

        # ---- Logging in
        # Nobody logs in on port 25; master.cf turns it on for submission. (RFC 6409, 3.1; RFC 8314,
        # 3.3)
        smtpd_sasl_auth_enable = false;
        # Dovecot knows the passwords. (SASL_README)
        smtpd_sasl_type = "dovecot";
        # Dovecot's socket, inside Postfix's queue folder, which is its chroot where it has one.
        # (SASL_README)
        smtpd_sasl_path = "private/auth";
        # A login has a name. (RFC 4505)
        smtpd_sasl_security_options = "noanonymous";
        # No password in clear text: AUTH is neither offered nor taken before TLS. (RFC 8314, 3)
        smtpd_tls_auth_only = true;
        # The login name is nobody's business but the user's. (postconf(5))
        smtpd_sasl_authenticated_header = false;
        # Who may send as which address: out of the same graph as delivery, so that one may send as
        # what one receives for. (SASL_README)
        smtpd_sender_login_maps = [ "hash:/etc/postfix/sender_owners" ];

        # ---- TLS for clients that come to us
        # The private key first, then the certificate and those above it. (postconf(5))
        smtpd_tls_chain_files = [
          "/var/lib/acme/mx.north.example/key.pem"
          "/var/lib/acme/mx.north.example/fullchain.pem"
        ];
        # Further names of this host and their certificates. Whoever asks for none of them, as mail
        # servers often do, is shown the one above. The files are read when a process starts, so
        # that a renewal needs no more than a reload. (postconf(5); RFC 6066, 3)
        tls_server_sni_maps = "texthash:/etc/mailctl/postfix/server_names";
        # Port 25 offers TLS and cannot insist: other hosts may not have it. Submission insists, in
        # master.cf. (RFC 3207, 4)
        smtpd_tls_security_level = "may";
        # TLS 1.0 and 1.1 are no longer TLS. (RFC 8996)
        smtpd_tls_protocols = lib.mkDefault ">=TLSv1.2";
        # The same where TLS is demanded. (RFC 8996)
        smtpd_tls_mandatory_protocols = lib.mkDefault ">=TLSv1.2";
        # For mail from the world too: the list below, of which everybody has some who speaks TLS
        # 1.2 to an ECDSA certificate. A peer without any sends in clear text; `medium` lets it have
        # CBC. (RFC 9325, 4.2; RFC 7435, 3)
        smtpd_tls_ciphers = lib.mkDefault "high";
        # Never one without our certificate: nobody has only those, and OpenSSL takes groups of 1024
        # bits for them. (RFC 9325, 4.1)
        smtpd_tls_exclude_ciphers = lib.mkDefault "aNULL";
        # The same where TLS is demanded, as of people who log in. (TLS_README)
        smtpd_tls_mandatory_ciphers = lib.mkDefault "high";
        # Forward secrecy and authenticated encryption, for RSA and ECDSA certificates. (Mozilla,
        # Server Side TLS, intermediate; RFC 9325, 4.2)
        tls_high_cipherlist = lib.mkDefault "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
        # The client knows which of the good ones it does fast. (Mozilla, Server Side TLS,
        # intermediate)
        tls_preempt_cipherlist = lib.mkDefault false;
        # Key agreement: fast, and with every host, here and in mail to the world. As a client we
        # send keys for those with a star at once. (Mozilla, Server Side TLS, intermediate;
        # postconf(5))
        tls_eecdh_auto_curves = lib.mkDefault "*X25519MLKEM768 *X25519 prime256v1 secp384r1";
        # No finite-field key exchange in TLS 1.3: it is slow, and all have elliptic curves.
        # (postconf(5))
        tls_ffdhe_auto_groups = lib.mkDefault "";
        # One line for each handshake. (postconf(5))
        smtpd_tls_loglevel = lib.mkDefault 1;
        # The Received header tells how the message travelled. (RFC 8314, 4.3)
        smtpd_tls_received_header = lib.mkDefault true;

        # ---- Filters
        # Mail of strangers is not signed; master.cf gives submission its signer. (MILTER_README)
        smtpd_milters = [ ];
        # What programs on this host send is not signed: this OpenDKIM has no scripts, and without
        # one it would sign what Sieve redirects too, forged or not. (MILTER_README; RFC 6376)
        non_smtpd_milters = [ ];
        # While the signer is away mail waits: unsigned, DMARC would fail it. The default differs
        # between patch levels. (MILTER_README)
        milter_default_action = "tempfail";
        # The version that OpenDKIM speaks. (MILTER_README)
        milter_protocol = 6;
        # Authentication-Results headers in our own name can only be forged here; other hosts' are
        # left alone. (RFC 8601, 5)
        header_checks = [ "pcre:/etc/mailctl/postfix/header_checks" ];
        # Only the message's own header is looked at, never that of a part of it ...
        # (header_checks(5))
        mime_header_checks = [ ];
        # ... nor that of a message attached to it: signatures cover those. (header_checks(5))
        nested_header_checks = [ ];

        # ---- Sending to other hosts
        # A receiver with TLSA records in signed DNS gets mail by a certificate that they name, or
        # none; others get it as before, by TLS where they offer it. (RFC 7672, 2.2)
        smtp_tls_security_level = "dane";
        # Postfix asks what is signed, of the resolver of this host, which validates. (RFC 7672,
        # 2.1.3)
        smtp_dns_support_level = lib.mkDefault "dnssec";
        # Lets the log say whose certificates could be verified. (TLS_README)
        smtp_tls_CAfile = lib.mkDefault "/etc/ssl/certs/ca-certificates.crt";
        # TLS 1.0 and 1.1 are no longer TLS. (RFC 8996)
        smtp_tls_protocols = lib.mkDefault ">=TLSv1.2";
        # The same between the hosts of the spec, which demand TLS of each other. (RFC 8996)
        smtp_tls_mandatory_protocols = lib.mkDefault ">=TLSv1.2";
        # The same between the hosts of the spec. (TLS_README)
        smtp_tls_mandatory_ciphers = lib.mkDefault "high";
        # Further connections to a host need no full handshake. (TLS_README)
        smtp_tls_session_cache_database = lib.mkDefault "btree:\${data_directory}/smtp_scache";
        # The log tells who would take TLS. (postconf(5))
        smtp_tls_note_starttls_offer = lib.mkDefault true;
        # One line for each handshake. (postconf(5))
        smtp_tls_loglevel = lib.mkDefault 1;

        # ---- The queue
        # Then the sender hears that it failed. (RFC 5321, 4.5.4.1)
        maximal_queue_lifetime = lib.mkDefault "5d";
        # The same for notices of failure. (RFC 5321, 4.5.4.1)
        bounce_queue_lifetime = lib.mkDefault "5d";
        # After so long the sender hears that the message still waits. (postconf(5))
        delay_warning_time = lib.mkDefault "4h";
        # So much of the message, in bytes, comes back with a notice. (postconf(5))
        bounce_size_limit = lib.mkDefault 50000;
        # The postmaster hears of full disks and broken programs, not of every refusal.
        # (postconf(5))
        notify_classes = lib.mkDefault [
          "resource"
          "software"
        ];
        # What services.postfix.mapFiles compiles, under this name. (DATABASE_README)
        default_database_type = "hash";
      };
      settings.master = {
        # Submission, for our users, who log in after STARTTLS (RFC 6409).
        submission = {
          name = "587";
          type = "inet";
          private = false;
          command = "smtpd";
          args = options [
            # The name in the log.
            "syslog_name = postfix/submission"
            # Before STARTTLS nothing but STARTTLS is answered (RFC 3207).
            "smtpd_tls_security_level = encrypt"
            # Users log in here, by Dovecot.
            "smtpd_sasl_auth_enable = yes"
            # People who try a session by hand write their addresses without <>; they have logged
            # in, and what they may send as is checked all the same.
            "strict_rfc821_envelopes = no"
            # Nobody else has any business on this port.
            "smtpd_client_restrictions = permit_sasl_authenticated, reject"
            # A mail client on a phone has no name worth looking at.
            "smtpd_helo_restrictions = "
            # Users send as themselves, as their aliases, and as what send_as allows. The empty
            # sender, which receipts need (RFC 8098, 3), is anybody's.
            "smtpd_sender_restrictions = reject_non_fqdn_sender, reject_sender_login_mismatch"
            # Who has logged in may write to everybody.
            "smtpd_relay_restrictions = permit_sasl_authenticated, reject"
            # A mistyped address of ours is refused at once, as on port 25.
            "smtpd_recipient_restrictions = reject_non_fqdn_recipient, check_recipient_access hash:/etc/postfix/refused_recipients, check_recipient_access pcre:/etc/mailctl/postfix/undeliverable_syntax, reject_unlisted_recipient, check_policy_service unix:private/dovecot-quota"
            # The spec's limits.authentications, a minute and client address.
            "smtpd_client_auth_rate_limit = 10"
            # The spec's limits.submitted_messages, a minute and client address: a stolen password
            # sends no flood from one place.
            "smtpd_client_message_rate_limit = 30"
            # The spec's limits.submitted_recipients, a minute and client address.
            "smtpd_client_recipient_rate_limit = 100"
            # What users send is signed with their domain's DKIM key.
            "smtpd_milters = unix:/run/opendkim/opendkim.sock"
            # Tells filters that this mail begins its way here.
            "milter_macro_daemon_name = ORIGINATING"
            # Completes headers, and keeps the user's own address out of them.
            "cleanup_service_name = submission-cleanup"
            # Where our users sit is not for the receivers of their mail.
            "smtpd_hide_client_session = yes"
          ];
        };
        # Submission within TLS from the first byte (RFC 8314, 3.3).
        submissions = {
          name = "465";
          type = "inet";
          private = false;
          command = "smtpd";
          args = options [
            # The name in the log.
            "syslog_name = postfix/submissions"
            # Nothing without TLS.
            "smtpd_tls_security_level = encrypt"
            # TLS comes before the greeting.
            "smtpd_tls_wrappermode = yes"
            # Users log in here, by Dovecot.
            "smtpd_sasl_auth_enable = yes"
            # People who try a session by hand write their addresses without <>; they have logged
            # in, and what they may send as is checked all the same.
            "strict_rfc821_envelopes = no"
            # Nobody else has any business on this port.
            "smtpd_client_restrictions = permit_sasl_authenticated, reject"
            # A mail client on a phone has no name worth looking at.
            "smtpd_helo_restrictions = "
            # Users send as themselves, as their aliases, and as what send_as allows. The empty
            # sender, which receipts need (RFC 8098, 3), is anybody's.
            "smtpd_sender_restrictions = reject_non_fqdn_sender, reject_sender_login_mismatch"
            # Who has logged in may write to everybody.
            "smtpd_relay_restrictions = permit_sasl_authenticated, reject"
            # A mistyped address of ours is refused at once, as on port 25.
            "smtpd_recipient_restrictions = reject_non_fqdn_recipient, check_recipient_access hash:/etc/postfix/refused_recipients, check_recipient_access pcre:/etc/mailctl/postfix/undeliverable_syntax, reject_unlisted_recipient, check_policy_service unix:private/dovecot-quota"
            # The spec's limits.authentications, a minute and client address.
            "smtpd_client_auth_rate_limit = 10"
            # The spec's limits.submitted_messages, a minute and client address: a stolen password
            # sends no flood from one place.
            "smtpd_client_message_rate_limit = 30"
            # The spec's limits.submitted_recipients, a minute and client address.
            "smtpd_client_recipient_rate_limit = 100"
            # What users send is signed with their domain's DKIM key.
            "smtpd_milters = unix:/run/opendkim/opendkim.sock"
            # Tells filters that this mail begins its way here.
            "milter_macro_daemon_name = ORIGINATING"
            # Completes headers, and keeps the user's own address out of them.
            "cleanup_service_name = submission-cleanup"
            # Where our users sit is not for the receivers of their mail.
            "smtpd_hide_client_session = yes"
          ];
        };
        cleanup.args = options [
          # Dovecot stores UTF-8 headers and takes UTF-8 senders, but its LMTP does not offer
          # SMTPUTF8: were a message marked as in need of it here, it would bounce after it was
          # accepted. Where the next host offers the extension it is used (RFC 6531).
          "smtputf8_enable = no"
        ];
        # What cleanup does to mail of our own users.
        submission-cleanup = {
          private = false;
          maxproc = 0;
          command = "cleanup";
          args = options [
            # A submission service adds Date and Message-ID where they lack (RFC 6409, 8).
            "always_add_missing_headers = yes"
            # Dovecot stores UTF-8 headers and takes UTF-8 senders, but its LMTP does not offer
            # SMTPUTF8: were a message marked as in need of it here, it would bounce after it was
            # accepted. Where the next host offers the extension it is used (RFC 6531).
            "smtputf8_enable = no"
          ];
        };
        # Mail to the world.
        smtp = {
          # In the chroot resolv.conf names our resolver alone.
          chroot = true;
        };
        # Mail for another host of the spec.
        relay = {
          # In the chroot resolv.conf names our resolver alone.
          chroot = true;
          args = options [
            # The name in the log.
            "syslog_name = postfix/relay"
            # Our own hosts have TLS: nothing travels between them in clear text.
            "smtp_tls_security_level = encrypt"
          ];
        };
      };
      mapFiles = {
        mailbox_domains = pkgs.writeText "mailbox_domains" ''
          # Written by mailctl; changes made here are lost.
          north.example stored
        '';
        mailboxes = pkgs.writeText "mailboxes" ''
          # Written by mailctl; changes made here are lost.
          nils@north.example mailbox
          nora@north.example mailbox
        '';
        own_names = pkgs.writeText "own_names" ''
          # Written by mailctl; changes made here are lost.
          localhost own
          mx.north.example own
        '';
        refused_recipients = pkgs.writeText "refused_recipients" ''
          # Written by mailctl; changes made here are lost.
          abuse@mx.north.example DUNNO
          localhost 550 5.1.1 No such mailbox here
          mx.north.example 550 5.1.1 No such mailbox here
          postmaster@mx.north.example DUNNO
        '';
        sender_owners = pkgs.writeText "sender_owners" ''
          # Written by mailctl; changes made here are lost.
          abuse@north.example nora@north.example
          everybody@north.example nora@north.example
          nils@north.example nils@north.example
          nora@north.example nora@north.example
          postmaster@north.example nora@north.example
        '';
        undeliverable = pkgs.writeText "undeliverable" ''
          # Written by mailctl; changes made here are lost.
          localhost 553 5.1.3 No address here has such characters
          mx.north.example 553 5.1.3 No address here has such characters
          north.example 553 5.1.3 No address here has such characters
        '';
        virtual_aliases = pkgs.writeText "virtual_aliases" ''
          # Written by mailctl; changes made here are lost.
          @localhost postmaster@north.example
          @mx.north.example postmaster@north.example
          abuse@north.example nora@north.example
          everybody@north.example nora@north.example, sven@south.example
          nils@north.example nils@north.example, sven@south.example
          postmaster@north.example nora@north.example
        '';
      };
    };

    # ---- Dovecot
    services.dovecot2 = {
      enable = true;
      # Users of the mail system are no accounts of this one.
      enablePAM = false;
      # Dovecot 2.4 also on a host that was installed before this release.
      package = lib.mkDefault pkgs.dovecot;
      settings = {
        # ---- Versions
        # The language and the file formats are those of this release; the first of these must be
        # the first setting of all. (doc.dovecot.org, dovecot_config_version)
        dovecot_config_version = "2.4.1";
        dovecot_storage_version = "2.4.1";

        # ---- Protocols
        # What the host speaks; a protocol that is not named here has no process and no port.
        protocols = {
          imap = true;
          pop3 = true;
          sieve = true;
          lmtp = true;
        };
        "service imap-login" = {
          # One login process serves many connections; with a process for each, the hundredth client
          # would be the last, for TLS keeps it there as long as the connection lasts.
          # (doc.dovecot.org, login processes, high-performance mode)
          restart_request_count = lib.mkDefault "unlimited";
          process_min_avail = lib.mkDefault 1;
          process_limit = lib.mkDefault 4;
        };
        "service pop3-login" = {
          # One login process serves many connections; with a process for each, the hundredth client
          # would be the last, for TLS keeps it there as long as the connection lasts.
          # (doc.dovecot.org, login processes, high-performance mode)
          restart_request_count = lib.mkDefault "unlimited";
          process_min_avail = lib.mkDefault 1;
          process_limit = lib.mkDefault 4;
        };

        # ---- TLS
        # Nobody logs in without TLS: on 143, 110 and 4190 STARTTLS comes first, 993 and 995 begin
        # with it. (RFC 8314, 3)
        ssl = "required";
        # The full chain, and its key.
        ssl_server_cert_file = "/var/lib/acme/mx.north.example/fullchain.pem";
        ssl_server_key_file = "/var/lib/acme/mx.north.example/key.pem";
        # TLS 1.0 and 1.1 are deprecated. (RFC 8996)
        ssl_min_protocol = lib.mkDefault "TLSv1.2";
        # For TLS 1.2: forward secrecy and authenticated encryption only. (RFC 9325, 4.2)
        ssl_cipher_list = lib.mkDefault "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
        # Key agreement: fast, and with every client; ML-KEM where OpenSSL has it. (Mozilla, Server
        # Side TLS, intermediate)
        ssl_curve_list = lib.mkDefault "X25519MLKEM768:X25519:prime256v1:secp384r1";
        # All of these ciphers are good, so the client takes what its processor does best. (Mozilla,
        # Server Side TLS, intermediate)
        ssl_server_prefer_ciphers = lib.mkDefault "client";
        "local_name imap.north.example" = {
          # Further names of this host, each with a certificate of its own; who asks for none of
          # them is shown the one above. (RFC 6066, 3)
          ssl_server_cert_file = "/var/lib/acme/imap.north.example/fullchain.pem";
          ssl_server_key_file = "/var/lib/acme/imap.north.example/key.pem";
        };

        # ---- Logins
        # The password travels within TLS and is kept hashed, which no challenge-response mechanism
        # allows. (RFC 4616)
        auth_mechanisms = [
          "plain"
          "login"
        ];
        # Passwords are not even asked for before TLS. (RFC 8314)
        auth_allow_cleartext = false;
        # What a local part may hold, but for the slash, which would be a path. (RFC 5321, 4.1.2)
        auth_username_chars = "\"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01234567890.@!#$%&'*+-=?^_`{|}~\"";
        # A user name is the whole address, folded to lower case as Postfix does it.
        auth_username_format = "\"%{user | lower}\"";
        # A mail client keeps a connection for each folder that it watches.
        mail_max_userip_connections = lib.mkDefault 20;
        "service auth" = {
          # Verifying an ARGON2ID hash takes the memory that the hash asks for: 19 MiB with ours, up
          # to 1 GiB with other people's. (RFC 9106, 4)
          vsz_limit = "1536M";
          "unix_listener /var/lib/postfix/queue/private/auth" = {
            # Postfix asks here who is logging in; in its own folder, for its own account alone.
            mode = "0600";
            user = "postfix";
            group = "postfix";
          };
        };
        "passdb users" = {
          # Who has a mailbox: one line each, the password hashed. (doc.dovecot.org, passwd-file)
          driver = "passwd-file";
          passwd_file_path = "/etc/mailctl/dovecot/users";
        };
        "userdb users" = {
          driver = "passwd-file";
          passwd_file_path = "/etc/mailctl/dovecot/users";
        };
        "passdb senders" = {
          # Who may send through Postfix and has no mailbox here: a file for each protocol, empty
          # but for submission.
          driver = "passwd-file";
          passwd_file_path = "\"/etc/mailctl/dovecot/senders.%{protocol}\"";
        };

        # ---- Mailboxes
        # All mail belongs to one account of its own.
        mail_uid = "vmail";
        mail_gid = "vmail";
        # A system account may have any number; users are not accounts of this system.
        first_valid_uid = 1;
        # A folder for each user.
        mail_home = "\"/var/vmail/%{user | domain}/%{user | username}\"";
        # A file for each message, in ~/Maildir: nothing but the file system is needed to read or to
        # save it.
        mail_driver = "maildir";
        mail_path = "\"%{home}/Maildir\"";
        "namespace inbox" = {
          # Folders are named INBOX.detail: the separator is Maildir++'s own, and there is no
          # prefix, so that INBOX.detail and Sent stand side by side.
          inbox = true;
          separator = ".";
          prefix = "";
          "mailbox Drafts" = {
            # Every client finds the same folders. (RFC 6154)
            auto = "subscribe";
            special_use = "\"\\\\Drafts\"";
          };
          "mailbox Sent" = {
            auto = "subscribe";
            special_use = "\"\\\\Sent\"";
          };
          "mailbox Junk" = {
            auto = "subscribe";
            special_use = "\"\\\\Junk\"";
          };
          "mailbox Trash" = {
            auto = "subscribe";
            special_use = "\"\\\\Trash\"";
          };
          "mailbox Archive" = {
            auto = "subscribe";
            special_use = "\"\\\\Archive\"";
          };
        };

        # ---- Quota
        # Counted in the indexes; each user's limit stands in her line of the users file. (RFC 9208)
        mail_plugins.quota = true;
        "protocol lmtp".mail_plugins.sieve = true;
        "quota \"User quota\"".driver = "count";
        # IMAP clients show how full the mailbox is. (RFC 9208)
        "protocol imap".mail_plugins.imap_quota = true;
        # A limit is a limit: the message that would exceed it is refused.
        quota_storage_grace = 0;
        # LMTP refuses a full mailbox before the message is sent. (RFC 2033)
        lmtp_rcpt_check_quota = true;
        "service quota-status" = {
          "unix_listener /var/lib/postfix/queue/private/dovecot-quota" = {
            # Postfix asks here before it accepts a message, so that the sender's own server learns
            # of a full mailbox and nothing has to bounce. (RFC 3463, 3.3)
            mode = "0600";
            user = "postfix";
            group = "postfix";
          };
          executable = "quota-status -p postfix";
          client_limit = 1;
        };
        quota_status_overquota = "552 5.2.2 Mailbox is full";
        quota_status_success = "DUNNO";
        quota_status_nouser = "DUNNO";

        # ---- Delivery
        "service lmtp"."unix_listener /var/lib/postfix/queue/private/dovecot-lmtp" = {
          # Postfix hands mail over here; in its own folder, for its own account alone. (RFC 2033)
          mode = "0600";
          user = "postfix";
          group = "postfix";
        };
        # Stands in Received headers and in replies.
        hostname = "mx.north.example";
        # The sender of notices: the postmaster of the user's own domain. (RFC 5321, 4.5.1)
        postmaster_address = lib.mkDefault "\"postmaster@%{user | domain}\"";
        # What separates a user's name from a detail, as in user+detail@domain. (RFC 5233)
        recipient_delimiter = "+";
        # Folders for details are the subaddress policy's affair, a Sieve script.
        lmtp_save_to_detail_mailbox = false;
        # Postfix bounds how many deliveries run at once. A bound here (2.4 has 10) puts a burst of
        # mail to one user off for minutes.
        lmtp_user_concurrency_limit = lib.mkDefault "unlimited";
        # Every hop says that it was one. (RFC 5321, 4.4)
        lmtp_add_received_header = lib.mkDefault true;
        # A folder that Sieve makes is shown by clients that list only what is subscribed.
        lda_mailbox_autosubscribe = lib.mkDefault true;

        # ---- Sieve
        "sieve_script personal" = {
          # Users' own scripts, put there by ManageSieve; ~/.dovecot.sieve is the active one. (RFC
          # 5804)
          type = "personal";
          path = "~/sieve";
          active_path = "~/.dovecot.sieve";
        };
        "sieve_script default" = {
          # What runs until a user activates a script of her own: her `sieve:` file of the spec.
          type = "default";
          name = "default";
          path = "\"/etc/mailctl/sieve/users/%{user | domain}/%{user | username}.sieve\"";
          bin_path = "~/.sieve-compiled/default";
        };
        # A script longer than this is a mistake or an attack. (RFC 5804)
        sieve_max_script_size = lib.mkDefault "256k";
        # Scripts that a user may keep.
        sieve_quota_script_count = lib.mkDefault 32;
        # Room for all scripts of a user.
        sieve_quota_storage_size = lib.mkDefault "2M";
        # Copies that a script may send on for one message. (RFC 5228, 4.2)
        sieve_max_redirects = lib.mkDefault 4;
        # A message that a script sends on leaves in the name of the address that received it: the
        # next host checks SPF against our domain, and bounces reach the one who forwards. (RFC
        # 5228, 4.2)
        sieve_redirect_envelope_from = lib.mkDefault "orig_recipient";
        # Notices come from the postmaster of the user's domain, who also learns when one cannot be
        # delivered; they carry Auto-Submitted, so that no machine answers them. (RFC 5436, 2.7; RFC
        # 3834, 5)
        sieve_notify_mailto_envelope_from = lib.mkDefault "postmaster";
        # How long a script may remember what it has seen: the subaddress policy counts the folders
        # that it has made. (RFC 7352, 3.3)
        sieve_duplicate_max_period = "3650d";
        "sieve_script subaddress" = {
          # Mail to user+detail goes to INBOX.detail, as the domain's `subaddress` says; it runs
          # last, so that every other script has precedence. (RFC 5233)
          type = "after";
          path = "\"/etc/mailctl/sieve/domains/%{user | domain}/subaddress.sieve\"";
          bin_path = "~/.sieve-compiled/subaddress";
          precedence = 1;
        };
      };
    };
    # Sieve and ManageSieve are a package of their own.
    environment.systemPackages = [ pkgs.dovecot_pigeonhole ];

    # ---- OpenDKIM
    services.opendkim = {
      # Between January and May 2026 nixpkgs called OpenDKIM insecure: a system of that time asks
      # for nixpkgs.config.permittedInsecurePackages = [ "opendkim-2.11.0-Beta2" ].
      enable = true;
      # In the folder that systemd makes for the service.
      socket = "local:/run/opendkim/opendkim.sock";
      # The module wants one; the tables say which signs for which domain.
      selector = lib.mkDefault "s1";
      settings = {
        # In the folder that systemd makes for the service. (systemd.exec(5))
        Socket = "local:/run/opendkim/opendkim.sock";
        # The socket is for its owner and its group, in which Postfix is: who can connect gets
        # signatures. (opendkim.conf(5))
        UMask = "007";
        # Errors go to the journal. (opendkim.conf(5))
        Syslog = lib.mkDefault "yes";
        # One line for each signature, so that a missing one can be looked for. (opendkim.conf(5))
        SyslogSuccess = lib.mkDefault "yes";
        # It signs and verifies nothing: forged results survive its verifier. (CVE-2022-48521)
        Mode = "s";
        # Mail of this host itself is signed, and that of users who have logged in; nobody else's.
        # (opendkim.conf(5))
        InternalHosts = "127.0.0.1,::1";
        # Headers are refolded on the way and still verify; a body that somebody changed, be it by a
        # blank, shall not. (RFC 6376, 3.4)
        Canonicalization = lib.mkDefault "relaxed/simple";
        # A second From, which some clients would show instead, breaks the signature. (RFC 6376,
        # 5.4.2 and 8.15)
        OversignHeaders = lib.mkDefault "From";
        # A key signs for its own domain and for none below it. (opendkim.conf(5))
        SubDomains = "no";
        # What the keys are for; OpenDKIM has one algorithm for all of them. (RFC 8301, 3.1; RFC
        # 8463)
        SignatureAlgorithm = "rsa-sha256";
        # The key of each domain: the first selector of its policy. (opendkim.conf(5))
        KeyTable = "file:/etc/mailctl/opendkim/KeyTable";
        # The domain of the From header chooses the key, so that the signature is aligned. (RFC
        # 9989, 4.4.1)
        SigningTable = "file:/etc/mailctl/opendkim/SigningTable";
        # A key that others could read or replace is not used. (opendkim.conf(5))
        RequireSafeKeys = "yes";
      };
    };

    # ---- nginx
    services.nginx = {
      enable = true;
      # Names in DNS are that long, and a host may have the names of many domains.
      serverNamesHashBucketSize = lib.mkDefault 512;
      serverNamesHashMaxSize = lib.mkDefault 8192;
      virtualHosts = {
        # Whoever asks for a name that is not served here gets no answer.
        mailctl = {
          # Unless the host has another one that says so.
          default = lib.mkDefault (!lib.any (site: site.default) (lib.attrValues (removeAttrs config.services.nginx.virtualHosts [ "mailctl" ])));
          rejectSSL = true;
          locations."/".return = "444";
          extraConfig = webServer;
        };
        # There is nothing under the host's own names, unless its configuration has it.
        "mx.north.example" = {
          # The authority comes to port 80. With either of the two nixpkgs has this itself.
          locations."^~ /.well-known/acme-challenge/" = lib.mkIf (!config.services.nginx.virtualHosts."mx.north.example".enableACME && config.services.nginx.virtualHosts."mx.north.example".useACMEHost == null) {
            root = "/var/lib/acme/acme-challenge";
            extraConfig = ''
              default_type text/plain;
            '';
          };
          # A location of the host's own takes its place.
          locations."/" = lib.mkDefault {
            return = "404";
          };
        };
        # There is nothing under the host's own names, unless its configuration has it.
        "imap.north.example" = {
          # The authority comes to port 80. With either of the two nixpkgs has this itself.
          locations."^~ /.well-known/acme-challenge/" = lib.mkIf (!config.services.nginx.virtualHosts."imap.north.example".enableACME && config.services.nginx.virtualHosts."imap.north.example".useACMEHost == null) {
            root = "/var/lib/acme/acme-challenge";
            extraConfig = ''
              default_type text/plain;
            '';
          };
          # A location of the host's own takes its place.
          locations."/" = lib.mkDefault {
            return = "404";
          };
        };
        "autoconfig.north.example" = {
          forceSSL = true;
          useACMEHost = "autoconfig.north.example";
          acmeRoot = "/var/lib/acme/acme-challenge";
          locations."= /mail/config-v1.1.xml" = {
            alias = "/etc/mailctl/nginx/www/north.example/config-v1.1.xml";
            extraConfig = ''
              limit_except GET { deny all; }
              types { }
              default_type text/xml;
            '';
          };
          locations."= /.well-known/autoconfig/mail/config-v1.1.xml" = {
            alias = "/etc/mailctl/nginx/www/north.example/config-v1.1.xml";
            extraConfig = ''
              limit_except GET { deny all; }
              types { }
              default_type text/xml;
            '';
          };
          locations."= /mail/north.example.mobileconfig" = {
            alias = "/etc/mailctl/nginx/www/north.example/mail.mobileconfig";
            extraConfig = ''
              limit_except GET { deny all; }
              types { }
              default_type application/x-apple-aspen-config;
            '';
          };
          locations."/".return = "404";
          extraConfig = webServer;
        };
        "autodiscover.north.example" = {
          forceSSL = true;
          useACMEHost = "autoconfig.north.example";
          acmeRoot = "/var/lib/acme/acme-challenge";
          locations."~* ^/autodiscover/autodiscover\\.xml$" = {
            alias = "/etc/mailctl/nginx/www/north.example/autodiscover.xml";
            extraConfig = ''
              # Outlook posts the user's address, which nothing here reads.
              error_page 405 =200 $uri;
              types { }
              default_type text/xml;
            '';
          };
          locations."/".return = "404";
          extraConfig = webServer;
        };
        "mta-sts.north.example" = {
          forceSSL = true;
          useACMEHost = "autoconfig.north.example";
          acmeRoot = "/var/lib/acme/acme-challenge";
          locations."= /.well-known/mta-sts.txt" = {
            alias = "/etc/mailctl/nginx/www/north.example/mta-sts.txt";
            extraConfig = ''
              limit_except GET { deny all; }
              types { }
              default_type text/plain;
            '';
          };
          locations."/".return = "404";
          extraConfig = webServer;
        };
      };
    };

    # ---- The system
    systemd.services = {
      postfix = {
        # smtpd ends where it cannot ask about passwords, and master(8) waits for a minute then.
        after = [
          "dovecot.service"
          "opendkim.service"
          "mailctl-resolver.service"
          # Before it ran for the first time there is no certificate, and Dovecot does not start.
          "acme-mx.north.example.service"
          "acme-imap.north.example.service"
        ];
        wants = [
          "dovecot.service"
          "opendkim.service"
          "mailctl-resolver.service"
          # Before it ran for the first time there is no certificate, and Dovecot does not start.
          "acme-mx.north.example.service"
          "acme-imap.north.example.service"
        ];
        reloadTriggers = [
          config.environment.etc."mailctl/postfix/header_checks".source
          config.environment.etc."mailctl/postfix/server_names".source
          config.environment.etc."mailctl/postfix/undeliverable_syntax".source
        ];
        # The chroot of those who send mail has a resolv.conf that names our resolver alone. It is a
        # link there, for `postfix check` would hold a file against that of /etc, and warn.
        preStart = ''
          mkdir -p -m 0755 /var/lib/postfix/queue/etc /var/lib/postfix/queue/mailctl
          cp --no-preserve=mode /etc/mailctl/unbound/resolv.conf /var/lib/postfix/queue/mailctl/resolv.conf
          chmod 0644 /var/lib/postfix/queue/mailctl/resolv.conf
          ln -sfn /mailctl/resolv.conf /var/lib/postfix/queue/etc/resolv.conf
        '';
        restartTriggers = [ config.environment.etc."mailctl/unbound/resolv.conf".source ];
      };
      dovecot = {
        # It makes the folder in which Dovecot's sockets for Postfix lie.
        after = [
          "postfix-setup.service"
          # Before it ran for the first time there is no certificate, and Dovecot does not start.
          "acme-mx.north.example.service"
          "acme-imap.north.example.service"
        ];
        wants = [
          "postfix-setup.service"
          # Before it ran for the first time there is no certificate, and Dovecot does not start.
          "acme-mx.north.example.service"
          "acme-imap.north.example.service"
        ];
      };
      opendkim = {
        # Without the one domain, key and selector that the module gives on the command line, which
        # would take the place of the tables.
        serviceConfig.ExecStart = lib.mkForce "${pkgs.opendkim}/bin/opendkim -f -l -x ${opendkimConf}";
        # The module would make a key of its own here, with a selector that it is not told.
        preStart = lib.mkForce "";
        restartTriggers = [
          config.environment.etc."mailctl/opendkim/KeyTable".source
          config.environment.etc."mailctl/opendkim/SigningTable".source
        ];
      };
      # A unit of our own: services.unbound may be the administrator's.
      mailctl-resolver = {
        description = "The resolver that validates DNSSEC for Postfix";
        wantedBy = [ "multi-user.target" ];
        after = [ "network.target" ];
        restartTriggers = [
          config.environment.etc."mailctl/unbound/unbound.conf".source
          config.environment.etc."mailctl/unbound/root.hints".source
        ];
        # The root's key to begin with; Unbound keeps its own up to date (RFC 5011).
        preStart = ''
          if [ ! -s /var/lib/mailctl-resolver/root.key ]; then
            cp --no-preserve=mode /etc/mailctl/unbound/root.key /var/lib/mailctl-resolver/root.key
          fi
        '';
        serviceConfig = {
          # It is there when it answers.
          Type = "notify";
          NotifyAccess = "main";
          ExecStart = "${pkgs.unbound-with-systemd}/bin/unbound -p -d -c /etc/mailctl/unbound/unbound.conf";
          Restart = "always";
          # An account that is there while it runs, and writes nowhere else.
          DynamicUser = true;
          StateDirectory = "mailctl-resolver";
          RuntimeDirectory = "mailctl-resolver";
          RuntimeDirectoryMode = "0700";
          UMask = "0077";
          # Port 53.
          AmbientCapabilities = [ "CAP_NET_BIND_SERVICE" ];
          CapabilityBoundingSet = [ "CAP_NET_BIND_SERVICE" ];
          ProtectHome = true;
          PrivateDevices = true;
          ProtectClock = true;
          ProtectControlGroups = true;
          ProtectKernelLogs = true;
          ProtectKernelModules = true;
          ProtectKernelTunables = true;
          LockPersonality = true;
          MemoryDenyWriteExecute = true;
          # Netlink tells it of the host's addresses.
          RestrictAddressFamilies = [
            "AF_INET"
            "AF_INET6"
            "AF_NETLINK"
            "AF_UNIX"
          ];
          RestrictNamespaces = true;
          RestrictRealtime = true;
          SystemCallArchitectures = "native";
          SystemCallFilter = [
            "@system-service"
            "~@privileged"
          ];
        };
      };
      # It answers what the authority asks of the host's own names, too.
      nginx.before = [
        "acme-mx.north.example.service"
        "acme-order-renew-mx.north.example.service"
        "acme-imap.north.example.service"
        "acme-order-renew-imap.north.example.service"
      ];
    };
    users = {
      # All mail belongs to one account of its own.
      users.vmail = {
        isSystemUser = true;
        group = "vmail";
        home = "/var/vmail";
      };
      groups.vmail = { };
      # Who can connect to OpenDKIM's socket gets signatures.
      users.postfix.extraGroups = [ "opendkim" ];
    };
    networking.firewall.allowedTCPPorts = [ 25 80 110 143 443 465 587 993 995 4190 ];
    security.acme.acceptTerms = lib.mkDefault true;
    security.acme.certs."mx.north.example".email = lib.mkDefault "postmaster@north.example";
    security.acme.certs."mx.north.example".webroot = lib.mkDefault "/var/lib/acme/acme-challenge";
    # TLSA records speak of the key, and stay right (RFC 7672, 8.1).
    security.acme.certs."mx.north.example".extraLegoRenewFlags = [ "--reuse-key" ];
    # A renewed certificate is served at once.
    security.acme.certs."mx.north.example".reloadServices = [
      "postfix.service"
      "dovecot.service"
    ];
    security.acme.certs."imap.north.example".email = lib.mkDefault "postmaster@north.example";
    security.acme.certs."imap.north.example".webroot = lib.mkDefault "/var/lib/acme/acme-challenge";
    # TLSA records speak of the key, and stay right (RFC 7672, 8.1).
    security.acme.certs."imap.north.example".extraLegoRenewFlags = [ "--reuse-key" ];
    # A renewed certificate is served at once.
    security.acme.certs."imap.north.example".reloadServices = [
      "postfix.service"
      "dovecot.service"
    ];
    security.acme.certs."autoconfig.north.example".email = lib.mkDefault "postmaster@north.example";
    security.acme.certs."autoconfig.north.example".webroot = lib.mkDefault "/var/lib/acme/acme-challenge";
    security.acme.certs."autoconfig.north.example".extraDomainNames = [
      "autodiscover.north.example"
      "mta-sts.north.example"
    ];
    # nginx reads the key as an account of its own.
    security.acme.certs."autoconfig.north.example".group = lib.mkDefault config.services.nginx.group;
    security.acme.certs."autoconfig.north.example".reloadServices = [ "nginx.service" ];
  };
}
