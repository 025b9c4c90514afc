# DNS records for Terraform or OpenTofu, as a module: put this file into a folder of its own.
#
#   module "mail_dns" {
#     source   = "./mail-dns"
#     zone_ids = { "example.org" = "..." }
#   }
#
# Zones that are none of the spec's domains, as reverse zones, are left out unless their id is
# given too.

terraform {
  required_providers {
    cloudflare = {
      source  = "cloudflare/cloudflare"
      version = "~> 5.0"
    }
  }
}

variable "zone_ids" {
  description = "The id of each zone, by the zone's name without a final dot."
  type        = map(string)
}

# office-old.example is parked: it takes no mail, not even where it has a web site (RFC 7505)
resource "cloudflare_dns_record" "mx_office_old_example_ec6045879a" {
  zone_id  = var.zone_ids["office-old.example"]
  name     = "office-old.example"
  type     = "MX"
  ttl      = 3600
  content  = "."
  priority = 0
}

# office-old.example is parked: it sends no mail (RFC 7208, 10.1.2)
resource "cloudflare_dns_record" "txt_office_old_example_c18f723eda" {
  zone_id = var.zone_ids["office-old.example"]
  name    = "office-old.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=spf1 -all\""
}

# office-old.example is parked: mail from it is forged, refuse it (RFC 9989)
resource "cloudflare_dns_record" "txt_dmarc_office_old_example_682d3f3b96" {
  zone_id = var.zone_ids["office-old.example"]
  name    = "_dmarc.office-old.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=DMARC1; p=reject; sp=reject; rua=mailto:postmaster@office.example\""
}

# office-old.example is parked: no DKIM key is valid, an empty p= revokes (RFC 6376, 3.6.1)
resource "cloudflare_dns_record" "txt_domainkey_office_old_example_e47f1bcda8" {
  zone_id = var.zone_ids["office-old.example"]
  name    = "*._domainkey.office-old.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=DKIM1; p=\""
}

# host mail receives mail for office.example
resource "cloudflare_dns_record" "mx_office_example_77eb883b9a" {
  zone_id  = var.zone_ids["office.example"]
  name     = "office.example"
  type     = "MX"
  ttl      = 3600
  content  = "mail.office.example"
  priority = 10
}

# mail from office.example comes from its mail hosts and nobody else (RFC 7208, 10.1)
resource "cloudflare_dns_record" "txt_office_example_c2f5cfb434" {
  zone_id = var.zone_ids["office.example"]
  name    = "office.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=spf1 mx -all\""
}

# what to do with mail that only pretends to be from office.example (RFC 9989)
resource "cloudflare_dns_record" "txt_dmarc_office_example_1da71dda71" {
  zone_id = var.zone_ids["office.example"]
  name    = "_dmarc.office.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=DMARC1; p=quarantine; rua=mailto:postmaster@office.example\""
}

# office.example agrees to get the DMARC reports about office-old.example (RFC 9990)
resource "cloudflare_dns_record" "txt_office_old_example_report_dmarc_office_example_5fdcd7dc1b" {
  zone_id = var.zone_ids["office.example"]
  name    = "office-old.example._report._dmarc.office.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=DMARC1;\""
}

# office.example agrees to get the DMARC reports about shop.example (RFC 9990)
resource "cloudflare_dns_record" "txt_shop_example_report_dmarc_office_example_ddfeae93b5" {
  zone_id = var.zone_ids["office.example"]
  name    = "shop.example._report._dmarc.office.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=DMARC1;\""
}

# the DKIM key s1 (rsa-2048) of office.example signs outgoing mail (RFC 6376, 3.6.1)
resource "cloudflare_dns_record" "txt_s1_domainkey_office_example_97238207ff" {
  zone_id = var.zone_ids["office.example"]
  name    = "s1._domainkey.office.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=DKIM1; k=rsa; p=MIIBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\" \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA;\""
}

# mail clients of office.example find IMAP with STARTTLS on host mail (RFC 6186, 3)
resource "cloudflare_dns_record" "srv_imap_tcp_office_example_03fb51a2c3" {
  zone_id = var.zone_ids["office.example"]
  name    = "_imap._tcp.office.example"
  type    = "SRV"
  ttl     = 3600

  data = {
    priority = 0
    weight   = 1
    port     = 143
    target   = "mail.office.example"
  }
}

# mail clients of office.example find IMAP with TLS from the start on host mail (RFC 6186, 3)
resource "cloudflare_dns_record" "srv_imaps_tcp_office_example_8367819ace" {
  zone_id = var.zone_ids["office.example"]
  name    = "_imaps._tcp.office.example"
  type    = "SRV"
  ttl     = 3600

  data = {
    priority = 0
    weight   = 1
    port     = 993
    target   = "mail.office.example"
  }
}

# mail clients of office.example find POP3 with STARTTLS on host mail (RFC 6186, 3)
resource "cloudflare_dns_record" "srv_pop3_tcp_office_example_a7782d85d9" {
  zone_id = var.zone_ids["office.example"]
  name    = "_pop3._tcp.office.example"
  type    = "SRV"
  ttl     = 3600

  data = {
    priority = 0
    weight   = 1
    port     = 110
    target   = "mail.office.example"
  }
}

# mail clients of office.example find POP3 with TLS from the start on host mail (RFC 6186, 3)
resource "cloudflare_dns_record" "srv_pop3s_tcp_office_example_a6a21daefd" {
  zone_id = var.zone_ids["office.example"]
  name    = "_pop3s._tcp.office.example"
  type    = "SRV"
  ttl     = 3600

  data = {
    priority = 0
    weight   = 1
    port     = 995
    target   = "mail.office.example"
  }
}

# mail clients of office.example find ManageSieve with STARTTLS on host mail (RFC 6186, 3)
resource "cloudflare_dns_record" "srv_sieve_tcp_office_example_dabbc3ecd6" {
  zone_id = var.zone_ids["office.example"]
  name    = "_sieve._tcp.office.example"
  type    = "SRV"
  ttl     = 3600

  data = {
    priority = 0
    weight   = 1
    port     = 4190
    target   = "mail.office.example"
  }
}

# mail clients of office.example find submission with STARTTLS on host mail (RFC 6186, 3)
resource "cloudflare_dns_record" "srv_submission_tcp_office_example_27f685e96b" {
  zone_id = var.zone_ids["office.example"]
  name    = "_submission._tcp.office.example"
  type    = "SRV"
  ttl     = 3600

  data = {
    priority = 0
    weight   = 1
    port     = 587
    target   = "mail.office.example"
  }
}

# mail clients of office.example find submission with TLS from the start on host mail (RFC 6186, 3)
resource "cloudflare_dns_record" "srv_submissions_tcp_office_example_097cd0ff10" {
  zone_id = var.zone_ids["office.example"]
  name    = "_submissions._tcp.office.example"
  type    = "SRV"
  ttl     = 3600

  data = {
    priority = 0
    weight   = 1
    port     = 465
    target   = "mail.office.example"
  }
}

# who gets reports of TLS that failed on the way to office.example (RFC 8460, 3)
resource "cloudflare_dns_record" "txt_smtp_tls_office_example_9218f741d8" {
  zone_id = var.zone_ids["office.example"]
  name    = "_smtp._tls.office.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=TLSRPTv1; rua=mailto:postmaster@office.example\""
}

# the address of host mail, which mail servers connect to
resource "cloudflare_dns_record" "a_mail_office_example_5c213c4fe7" {
  zone_id = var.zone_ids["office.example"]
  name    = "mail.office.example"
  type    = "A"
  ttl     = 3600
  content = "203.0.113.20"
  proxied = false
}

# the address of host mail, which mail servers connect to
resource "cloudflare_dns_record" "aaaa_mail_office_example_9dba0dce7b" {
  zone_id = var.zone_ids["office.example"]
  name    = "mail.office.example"
  type    = "AAAA"
  ttl     = 3600
  content = "2001:db8:2::20"
  proxied = false
}

# host mail says this name in HELO, which is what bounces with their empty sender are judged by (RFC 7208, 2.4)
resource "cloudflare_dns_record" "txt_mail_office_example_9817fd0b0a" {
  zone_id = var.zone_ids["office.example"]
  name    = "mail.office.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=spf1 a -all\""
}

# host mail receives mail for shop.example
resource "cloudflare_dns_record" "mx_shop_example_b23eeeac0b" {
  zone_id  = var.zone_ids["shop.example"]
  name     = "shop.example"
  type     = "MX"
  ttl      = 3600
  content  = "mail.office.example"
  priority = 10
}

# mail from shop.example comes from its mail hosts and nobody else (RFC 7208, 10.1)
resource "cloudflare_dns_record" "txt_shop_example_cc388dafc9" {
  zone_id = var.zone_ids["shop.example"]
  name    = "shop.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=spf1 mx -all\""
}

# what to do with mail that only pretends to be from shop.example (RFC 9989)
resource "cloudflare_dns_record" "txt_dmarc_shop_example_f57c85c0b9" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_dmarc.shop.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=DMARC1; p=quarantine; rua=mailto:postmaster@office.example\""
}

# the DKIM key s1 (rsa-2048) of shop.example signs outgoing mail (RFC 6376, 3.6.1)
resource "cloudflare_dns_record" "txt_s1_domainkey_shop_example_5c653c9391" {
  zone_id = var.zone_ids["shop.example"]
  name    = "s1._domainkey.shop.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=DKIM1; k=rsa; p=MIIBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\" \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA;\""
}

# mail clients of shop.example find IMAP with STARTTLS on host mail (RFC 6186, 3)
resource "cloudflare_dns_record" "srv_imap_tcp_shop_example_0fc58a2a95" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_imap._tcp.shop.example"
  type    = "SRV"
  ttl     = 3600

  data = {
    priority = 0
    weight   = 1
    port     = 143
    target   = "mail.office.example"
  }
}

# mail clients of shop.example find IMAP with TLS from the start on host mail (RFC 6186, 3)
resource "cloudflare_dns_record" "srv_imaps_tcp_shop_example_9b6d9929eb" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_imaps._tcp.shop.example"
  type    = "SRV"
  ttl     = 3600

  data = {
    priority = 0
    weight   = 1
    port     = 993
    target   = "mail.office.example"
  }
}

# mail clients of shop.example find POP3 with STARTTLS on host mail (RFC 6186, 3)
resource "cloudflare_dns_record" "srv_pop3_tcp_shop_example_4cbbdd5efd" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_pop3._tcp.shop.example"
  type    = "SRV"
  ttl     = 3600

  data = {
    priority = 0
    weight   = 1
    port     = 110
    target   = "mail.office.example"
  }
}

# mail clients of shop.example find POP3 with TLS from the start on host mail (RFC 6186, 3)
resource "cloudflare_dns_record" "srv_pop3s_tcp_shop_example_4c1424ee57" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_pop3s._tcp.shop.example"
  type    = "SRV"
  ttl     = 3600

  data = {
    priority = 0
    weight   = 1
    port     = 995
    target   = "mail.office.example"
  }
}

# mail clients of shop.example find ManageSieve with STARTTLS on host mail (RFC 6186, 3)
resource "cloudflare_dns_record" "srv_sieve_tcp_shop_example_6efd6fdda6" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_sieve._tcp.shop.example"
  type    = "SRV"
  ttl     = 3600

  data = {
    priority = 0
    weight   = 1
    port     = 4190
    target   = "mail.office.example"
  }
}

# mail clients of shop.example find submission with STARTTLS on host mail (RFC 6186, 3)
resource "cloudflare_dns_record" "srv_submission_tcp_shop_example_9cdaae62b8" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_submission._tcp.shop.example"
  type    = "SRV"
  ttl     = 3600

  data = {
    priority = 0
    weight   = 1
    port     = 587
    target   = "mail.office.example"
  }
}

# mail clients of shop.example find submission with TLS from the start on host mail (RFC 6186, 3)
resource "cloudflare_dns_record" "srv_submissions_tcp_shop_example_44761a8a8d" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_submissions._tcp.shop.example"
  type    = "SRV"
  ttl     = 3600

  data = {
    priority = 0
    weight   = 1
    port     = 465
    target   = "mail.office.example"
  }
}

# who gets reports of TLS that failed on the way to shop.example (RFC 8460, 3)
resource "cloudflare_dns_record" "txt_smtp_tls_shop_example_f63474f676" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_smtp._tls.shop.example"
  type    = "TXT"
  ttl     = 3600
  content = "\"v=TLSRPTv1; rua=mailto:postmaster@office.example\""
}

# 2001:db8:2::20 is called what host mail says in HELO; receivers check it. Ask the provider of the address
resource "cloudflare_dns_record" "ptr_0_2_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_2_0_0_0_8_b_d_0_1_0_0_2_ip6_arpa_be94126844" {
  count   = contains(keys(var.zone_ids), "0.0.0.0.2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa") ? 1 : 0
  zone_id = var.zone_ids["0.0.0.0.2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"]
  name    = "0.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
  type    = "PTR"
  ttl     = 3600
  content = "mail.office.example"
}

# 203.0.113.20 is called what host mail says in HELO; receivers check it. Ask the provider of the address
resource "cloudflare_dns_record" "ptr_20_113_0_203_in_addr_arpa_d60c97f125" {
  count   = contains(keys(var.zone_ids), "113.0.203.in-addr.arpa") ? 1 : 0
  zone_id = var.zone_ids["113.0.203.in-addr.arpa"]
  name    = "20.113.0.203.in-addr.arpa"
  type    = "PTR"
  ttl     = 3600
  content = "mail.office.example"
}
