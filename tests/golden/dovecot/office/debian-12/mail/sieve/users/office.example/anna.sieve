require ["fileinto", "mailbox"];

# what the copier sends is filed, not read
if address :is "from" "scanner@office.example" {
  fileinto :create "Scans";
}
