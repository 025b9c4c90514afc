# DNS records for Terraform or OpenTofu, as a module: put this file into a folder of its own.
#
#   module "mail_dns" {
#     source   = "./mail-dns"
#     zone_ids = { "example.org" = "..." }
#   }
#
# Zones that are none of the spec's domains, as reverse zones, are left out unless their id is
# given too.
#
# Route 53 holds all values of a name and type together: where a TXT of somebody else stands
# beside one of these (a site verification, say), it has to become a value here.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.80"
    }
  }
}

variable "zone_ids" {
  description = "The id of each zone, by the zone's name without a final dot."
  type        = map(string)
}

# office-old.example is parked: it takes no mail, not even where it has a web site (RFC 7505)
resource "aws_route53_record" "mx_office_old_example_0cf7d7cbc5" {
  zone_id = var.zone_ids["office-old.example"]
  name    = "office-old.example"
  type    = "MX"
  ttl     = 3600
  records = ["0 ."]
}

# office-old.example is parked: it sends no mail (RFC 7208, 10.1.2)
resource "aws_route53_record" "txt_office_old_example_b4c151f0d2" {
  zone_id = var.zone_ids["office-old.example"]
  name    = "office-old.example"
  type    = "TXT"
  ttl     = 3600
  records = ["v=spf1 -all"]
}

# office-old.example is parked: mail from it is forged, refuse it (RFC 9989)
resource "aws_route53_record" "txt_dmarc_office_old_example_b6c4da6948" {
  zone_id = var.zone_ids["office-old.example"]
  name    = "_dmarc.office-old.example"
  type    = "TXT"
  ttl     = 3600
  records = ["v=DMARC1; p=reject; sp=reject; rua=mailto:postmaster@office.example"]
}

# office-old.example is parked: no DKIM key is valid, an empty p= revokes (RFC 6376, 3.6.1)
resource "aws_route53_record" "txt_domainkey_office_old_example_64fe0d40e7" {
  zone_id = var.zone_ids["office-old.example"]
  name    = "*._domainkey.office-old.example"
  type    = "TXT"
  ttl     = 3600
  records = ["v=DKIM1; p="]
}

# host mail receives mail for office.example
resource "aws_route53_record" "mx_office_example_994665c759" {
  zone_id = var.zone_ids["office.example"]
  name    = "office.example"
  type    = "MX"
  ttl     = 3600
  records = ["10 mail.office.example."]
}

# mail from office.example comes from its mail hosts and nobody else (RFC 7208, 10.1)
resource "aws_route53_record" "txt_office_example_0d9cec1194" {
  zone_id = var.zone_ids["office.example"]
  name    = "office.example"
  type    = "TXT"
  ttl     = 3600
  records = ["v=spf1 mx -all"]
}

# what to do with mail that only pretends to be from office.example (RFC 9989)
resource "aws_route53_record" "txt_dmarc_office_example_38552182b4" {
  zone_id = var.zone_ids["office.example"]
  name    = "_dmarc.office.example"
  type    = "TXT"
  ttl     = 3600
  records = ["v=DMARC1; p=quarantine; rua=mailto:postmaster@office.example"]
}

# office.example agrees to get the DMARC reports about office-old.example (RFC 9990)
resource "aws_route53_record" "txt_office_old_example_report_dmarc_office_example_554452fd64" {
  zone_id = var.zone_ids["office.example"]
  name    = "office-old.example._report._dmarc.office.example"
  type    = "TXT"
  ttl     = 3600
  records = ["v=DMARC1;"]
}

# office.example agrees to get the DMARC reports about shop.example (RFC 9990)
resource "aws_route53_record" "txt_shop_example_report_dmarc_office_example_8417728198" {
  zone_id = var.zone_ids["office.example"]
  name    = "shop.example._report._dmarc.office.example"
  type    = "TXT"
  ttl     = 3600
  records = ["v=DMARC1;"]
}

# the DKIM key s1 (rsa-2048) of office.example signs outgoing mail (RFC 6376, 3.6.1)
resource "aws_route53_record" "txt_s1_domainkey_office_example_fe47dca820" {
  zone_id = var.zone_ids["office.example"]
  name    = "s1._domainkey.office.example"
  type    = "TXT"
  ttl     = 3600
  records = ["v=DKIM1; k=rsa; p=MIIBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA;"]
}

# mail clients of office.example find IMAP with STARTTLS on host mail (RFC 6186, 3)
resource "aws_route53_record" "srv_imap_tcp_office_example_dccf14a726" {
  zone_id = var.zone_ids["office.example"]
  name    = "_imap._tcp.office.example"
  type    = "SRV"
  ttl     = 3600
  records = ["0 1 143 mail.office.example."]
}

# mail clients of office.example find IMAP with TLS from the start on host mail (RFC 6186, 3)
resource "aws_route53_record" "srv_imaps_tcp_office_example_4bf298fcce" {
  zone_id = var.zone_ids["office.example"]
  name    = "_imaps._tcp.office.example"
  type    = "SRV"
  ttl     = 3600
  records = ["0 1 993 mail.office.example."]
}

# mail clients of office.example find POP3 with STARTTLS on host mail (RFC 6186, 3)
resource "aws_route53_record" "srv_pop3_tcp_office_example_7b7882e97e" {
  zone_id = var.zone_ids["office.example"]
  name    = "_pop3._tcp.office.example"
  type    = "SRV"
  ttl     = 3600
  records = ["0 1 110 mail.office.example."]
}

# mail clients of office.example find POP3 with TLS from the start on host mail (RFC 6186, 3)
resource "aws_route53_record" "srv_pop3s_tcp_office_example_8bf8849189" {
  zone_id = var.zone_ids["office.example"]
  name    = "_pop3s._tcp.office.example"
  type    = "SRV"
  ttl     = 3600
  records = ["0 1 995 mail.office.example."]
}

# mail clients of office.example find ManageSieve with STARTTLS on host mail (RFC 6186, 3)
resource "aws_route53_record" "srv_sieve_tcp_office_example_7d8de74547" {
  zone_id = var.zone_ids["office.example"]
  name    = "_sieve._tcp.office.example"
  type    = "SRV"
  ttl     = 3600
  records = ["0 1 4190 mail.office.example."]
}

# mail clients of office.example find submission with STARTTLS on host mail (RFC 6186, 3)
resource "aws_route53_record" "srv_submission_tcp_office_example_3e64e379ed" {
  zone_id = var.zone_ids["office.example"]
  name    = "_submission._tcp.office.example"
  type    = "SRV"
  ttl     = 3600
  records = ["0 1 587 mail.office.example."]
}

# mail clients of office.example find submission with TLS from the start on host mail (RFC 6186, 3)
resource "aws_route53_record" "srv_submissions_tcp_office_example_31e79c90b8" {
  zone_id = var.zone_ids["office.example"]
  name    = "_submissions._tcp.office.example"
  type    = "SRV"
  ttl     = 3600
  records = ["0 1 465 mail.office.example."]
}

# who gets reports of TLS that failed on the way to office.example (RFC 8460, 3)
resource "aws_route53_record" "txt_smtp_tls_office_example_b8f8786379" {
  zone_id = var.zone_ids["office.example"]
  name    = "_smtp._tls.office.example"
  type    = "TXT"
  ttl     = 3600
  records = ["v=TLSRPTv1; rua=mailto:postmaster@office.example"]
}

# the address of host mail, which mail servers connect to
resource "aws_route53_record" "a_mail_office_example_0adb72a8d2" {
  zone_id = var.zone_ids["office.example"]
  name    = "mail.office.example"
  type    = "A"
  ttl     = 3600
  records = ["203.0.113.20"]
}

# the address of host mail, which mail servers connect to
resource "aws_route53_record" "aaaa_mail_office_example_c856a67df4" {
  zone_id = var.zone_ids["office.example"]
  name    = "mail.office.example"
  type    = "AAAA"
  ttl     = 3600
  records = ["2001:db8:2::20"]
}

# host mail says this name in HELO, which is what bounces with their empty sender are judged by (RFC 7208, 2.4)
resource "aws_route53_record" "txt_mail_office_example_26cab1b570" {
  zone_id = var.zone_ids["office.example"]
  name    = "mail.office.example"
  type    = "TXT"
  ttl     = 3600
  records = ["v=spf1 a -all"]
}

# host mail receives mail for shop.example
resource "aws_route53_record" "mx_shop_example_c6cef76696" {
  zone_id = var.zone_ids["shop.example"]
  name    = "shop.example"
  type    = "MX"
  ttl     = 3600
  records = ["10 mail.office.example."]
}

# mail from shop.example comes from its mail hosts and nobody else (RFC 7208, 10.1)
resource "aws_route53_record" "txt_shop_example_6d9724c724" {
  zone_id = var.zone_ids["shop.example"]
  name    = "shop.example"
  type    = "TXT"
  ttl     = 3600
  records = ["v=spf1 mx -all"]
}

# what to do with mail that only pretends to be from shop.example (RFC 9989)
resource "aws_route53_record" "txt_dmarc_shop_example_27680e574a" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_dmarc.shop.example"
  type    = "TXT"
  ttl     = 3600
  records = ["v=DMARC1; p=quarantine; rua=mailto:postmaster@office.example"]
}

# the DKIM key s1 (rsa-2048) of shop.example signs outgoing mail (RFC 6376, 3.6.1)
resource "aws_route53_record" "txt_s1_domainkey_shop_example_3f824779a3" {
  zone_id = var.zone_ids["shop.example"]
  name    = "s1._domainkey.shop.example"
  type    = "TXT"
  ttl     = 3600
  records = ["v=DKIM1; k=rsa; p=MIIBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA;"]
}

# mail clients of shop.example find IMAP with STARTTLS on host mail (RFC 6186, 3)
resource "aws_route53_record" "srv_imap_tcp_shop_example_28894a6627" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_imap._tcp.shop.example"
  type    = "SRV"
  ttl     = 3600
  records = ["0 1 143 mail.office.example."]
}

# mail clients of shop.example find IMAP with TLS from the start on host mail (RFC 6186, 3)
resource "aws_route53_record" "srv_imaps_tcp_shop_example_15f7d6a522" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_imaps._tcp.shop.example"
  type    = "SRV"
  ttl     = 3600
  records = ["0 1 993 mail.office.example."]
}

# mail clients of shop.example find POP3 with STARTTLS on host mail (RFC 6186, 3)
resource "aws_route53_record" "srv_pop3_tcp_shop_example_7d685bddbd" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_pop3._tcp.shop.example"
  type    = "SRV"
  ttl     = 3600
  records = ["0 1 110 mail.office.example."]
}

# mail clients of shop.example find POP3 with TLS from the start on host mail (RFC 6186, 3)
resource "aws_route53_record" "srv_pop3s_tcp_shop_example_7bed586f86" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_pop3s._tcp.shop.example"
  type    = "SRV"
  ttl     = 3600
  records = ["0 1 995 mail.office.example."]
}

# mail clients of shop.example find ManageSieve with STARTTLS on host mail (RFC 6186, 3)
resource "aws_route53_record" "srv_sieve_tcp_shop_example_b587236063" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_sieve._tcp.shop.example"
  type    = "SRV"
  ttl     = 3600
  records = ["0 1 4190 mail.office.example."]
}

# mail clients of shop.example find submission with STARTTLS on host mail (RFC 6186, 3)
resource "aws_route53_record" "srv_submission_tcp_shop_example_9d0b3cbbde" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_submission._tcp.shop.example"
  type    = "SRV"
  ttl     = 3600
  records = ["0 1 587 mail.office.example."]
}

# mail clients of shop.example find submission with TLS from the start on host mail (RFC 6186, 3)
resource "aws_route53_record" "srv_submissions_tcp_shop_example_b1be9a8ac5" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_submissions._tcp.shop.example"
  type    = "SRV"
  ttl     = 3600
  records = ["0 1 465 mail.office.example."]
}

# who gets reports of TLS that failed on the way to shop.example (RFC 8460, 3)
resource "aws_route53_record" "txt_smtp_tls_shop_example_6db3be55b0" {
  zone_id = var.zone_ids["shop.example"]
  name    = "_smtp._tls.shop.example"
  type    = "TXT"
  ttl     = 3600
  records = ["v=TLSRPTv1; rua=mailto:postmaster@office.example"]
}

# 2001:db8:2::20 is called what host mail says in HELO; receivers check it. Ask the provider of the address
resource "aws_route53_record" "ptr_0_2_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_0_2_0_0_0_8_b_d_0_1_0_0_2_ip6_arpa_2768153413" {
  count   = contains(keys(var.zone_ids), "0.0.0.0.2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa") ? 1 : 0
  zone_id = var.zone_ids["0.0.0.0.2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"]
  name    = "0.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
  type    = "PTR"
  ttl     = 3600
  records = ["mail.office.example."]
}

# 203.0.113.20 is called what host mail says in HELO; receivers check it. Ask the provider of the address
resource "aws_route53_record" "ptr_20_113_0_203_in_addr_arpa_0c48932d84" {
  count   = contains(keys(var.zone_ids), "113.0.203.in-addr.arpa") ? 1 : 0
  zone_id = var.zone_ids["113.0.203.in-addr.arpa"]
  name    = "20.113.0.203.in-addr.arpa"
  type    = "PTR"
  ttl     = 3600
  records = ["mail.office.example."]
}
