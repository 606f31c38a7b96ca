# What the server and its clients must agree on.
{
  host = "cache.example.org";

  # printed by the server: cat /var/lib/cache-key/public
  publicKey = "cache.example.org-1:qm3v4hJRc4aMVI6197CEBxYLM6BvlwgNEiYUVSC1AJE=";
}
