{ url ? b:c }: url
