{
  a = "ghp_0123456789abcdefghijKLMNOPQRSTUVWXYZ";
  # even in a comment: AKIA0123456789ABCDEF
  b = ''
    export TOKEN=ghs_9876543210abcdefghijKLMNOPQRSTUVWXYZ; true
    -----BEGIN OPENSSH PRIVATE KEY-----
    bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB1L9RIvNEVUxTveLruM0rfj
    0WAK1jHDhaXXzOI8d4VFmtvBtMkA/+SNV1tdpcY4BAEl9l2w/j4kSUt26phkV9mG
    CE/tCLl4r019GWp0RqhrWACeY2thHbFiEbZamq3/KcXlLZxQjFAjRzRNjAetkcvW
    Bor8df9ikvBioJyjgcieced7mprp4wsNvbb1EKJk753ngVAde2uSronrBZxat0Pb
    -----END OPENSSH PRIVATE KEY-----
  '';
}
