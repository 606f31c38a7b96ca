use super::*;

fn cache() -> (TempDir, Cache) {
    let folder = TempDir::new().unwrap();
    let cache = Cache::new(folder.path());
    (folder, cache)
}

fn put(cache: &Cache, bytes: &[u8]) -> CacheEntry {
    let mut file = cache.temporary().unwrap();
    file.write_all(bytes).unwrap();
    let sha256 = hash_bytes(Algorithm::Sha256, bytes);
    let path = cache.store(file, &sha256).unwrap();
    CacheEntry {
        path,
        size_bytes: bytes.len() as u64,
        sha256,
    }
}

fn overwrite(path: &Path, bytes: &[u8]) {
    let mut file = NamedTempFile::new_in(path.parent().unwrap()).unwrap();
    file.write_all(bytes).unwrap();
    file.persist(path).unwrap();
}

#[test]
fn files_are_found_by_every_hash_that_was_noted() {
    let (_folder, cache) = cache();
    let entry = put(&cache, b"content");
    let sha512 = hash_bytes(Algorithm::Sha512, b"content");
    assert!(
        cache
            .find_by_hash(std::slice::from_ref(&sha512))
            .unwrap()
            .is_none()
    );
    cache.remember_hash(&sha512, &entry).unwrap();
    for hash in [entry.sha256.clone(), sha512] {
        let found = cache
            .find_by_hash(&[hash_bytes(Algorithm::Sha256, b"other"), hash])
            .unwrap()
            .unwrap();
        assert_eq!((found.path, found.size_bytes), (entry.path.clone(), 7));
    }
}

#[test]
fn a_corrupted_file_is_removed_and_absent() {
    let (_folder, cache) = cache();
    let entry = put(&cache, b"content");
    overwrite(&entry.path, b"c0ntent");
    assert!(
        cache
            .find_by_hash(std::slice::from_ref(&entry.sha256))
            .unwrap()
            .is_none()
    );
    assert!(!entry.path.exists());
}

#[test]
fn a_note_that_lies_leads_nowhere() {
    let (_folder, cache) = cache();
    let entry = put(&cache, b"content");
    let wrong = hash_bytes(Algorithm::Sha1, b"something else");
    cache.remember_hash(&wrong, &entry).unwrap();
    assert!(cache.find_by_hash(&[wrong]).unwrap().is_none());
    let url = Url::parse("https://example.org/a").unwrap();
    cache.remember_url(&url, &entry).unwrap();
    let note = cache.key_note(url.as_str());
    for junk in [
        "",
        "{",
        "{\"key\":\"https://example.org/b\",\"sha256\":\"00\"}",
    ] {
        overwrite(&note, junk.as_bytes());
        assert!(cache.find_by_url(&url).unwrap().is_none(), "{junk}");
    }
}

#[test]
fn addresses_and_keys_lead_to_files_and_facts() {
    let (_folder, cache) = cache();
    let entry = put(&cache, b"content");
    let url = Url::parse("https://example.org/a").unwrap();
    cache.remember_url(&url, &entry).unwrap();
    assert_eq!(
        cache.find_by_url(&url).unwrap().unwrap().sha256,
        entry.sha256
    );
    assert!(
        cache
            .find_by_url(&Url::parse("https://example.org/b").unwrap())
            .unwrap()
            .is_none()
    );
    cache
        .remember_key("key", &entry, serde_json::json!({"a": 1}))
        .unwrap();
    let (_, facts) = cache.find_by_key("key").unwrap().unwrap();
    assert_eq!(facts, serde_json::json!({"a": 1}));
}

#[test]
fn storing_twice_is_fine_and_files_are_read_only() {
    let (_folder, cache) = cache();
    let first = put(&cache, b"content");
    let second = put(&cache, b"content");
    assert_eq!(first.path, second.path);
    assert_eq!(
        first.path.metadata().unwrap().permissions().mode() & 0o777,
        0o444
    );
}

#[test]
fn a_cache_that_cannot_be_written_is_an_error_that_names_it() {
    let file = NamedTempFile::new().unwrap();
    let cache = Cache::new(file.path());
    let error = cache.temporary().unwrap_err();
    let expected = format!(
        "could not use the cache file `{}/nixsmith/tmp`",
        file.path().display()
    );
    assert_eq!(error.to_string(), expected);
}

#[test]
fn others_may_not_look_into_the_cache() {
    let (_folder, cache) = cache();
    let entry = put(&cache, b"what a token opened");
    for folder in [cache.folder(), entry.path.parent().unwrap()] {
        let mode = fs::metadata(folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{}", folder.display());
    }
}
