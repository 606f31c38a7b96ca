{ url ? b:c , z ? (b:c) }: url
