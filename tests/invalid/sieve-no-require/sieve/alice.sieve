if header :is "subject" "x" {
  fileinto "x";
}
