//! The rules of the linter, one file each, and the table that knows them all.
//!
//! A rule's doc comment is what `explain` prints. A new rule is a file, a row here, and its cases in `tests/rules/<rule>/`.

use crate::lint::Rule;

/// Makes the static `RULE` of a rule's file: the doc comment, then
/// `"name": Family, Level, default, fix Class; on [KIND, …] => function`. A rule that runs only when it is asked for says
/// `optional` for `default`; one without a fix leaves that out.
macro_rules! rule {
    (
        $(#[doc = $line:literal])+
        $name:literal: $family:ident, $level:ident, $when:ident $(, fix $class:ident)?;
        on [$($kind:ident),+ $(,)?] => $check:path
    ) => {
        $(#[doc = $line])+
        pub(super) static RULE: crate::lint::Rule = crate::lint::Rule {
            name: $name,
            level: crate::lint::Level::$level,
            family: crate::lint::Family::$family,
            fix: rule!(@fix $($class)?),
            default: rule!(@ $when),
            documentation: concat!($($line, "\n"),+),
            on: &[$(rnix::SyntaxKind::$kind),+],
            check: $check,
        };
    };
    (@fix) => { None };
    (@fix $class:ident) => { Some(crate::lint::FixClass::$class) };
    (@ default) => { true };
    (@ optional) => { false };
}

/// Declares the files and collects their rules, in the order of names.
macro_rules! table {
    ($($module:ident),+ $(,)?) => {
        $(mod $module;)+
        static ALL: &[&Rule] = &[$(&$module::RULE),+];
    };
}

table! {
    abort_call,
    allow_comment,
    attribute_ordering,
    attribute_typo,
    better_fetcher,
    bool_comparison,
    bool_simplification,
    boolean_if,
    broken_without_comment,
    build_tools_in_build_inputs,
    builtins_prefix,
    call_in_list,
    collapsible_let,
    commented_code,
    constant_mkif,
    constant_optional,
    default_fetcher_arguments,
    deprecated_is_null,
    deprecated_library,
    deprecated_license,
    deprecated_to_path,
    discarded_context,
    division_as_path,
    duplicate_attribute,
    duplicate_check_inputs,
    duplicate_formal,
    dynamic_binding,
    dynamic_user_settings,
    empty_inherit,
    empty_let,
    empty_list_concat,
    empty_pattern,
    empty_set_update,
    enable_option,
    enable_option_text,
    environment_variables_go_to_env,
    eta_reduction,
    explicit_phases,
    fake_hash,
    fetcher_rev_tag,
    firewall_off,
    fixup_phase,
    flags_string,
    flake_closed_outputs,
    flake_dead_follows,
    flake_fixed_system,
    flake_import_nixpkgs,
    flake_impure,
    flake_insecure_url,
    flake_lock_ignored,
    flake_per_system,
    flake_undeclared_input,
    flake_unused_input,
    folder_in_string,
    hash_attribute,
    import_from_derivation,
    integer_too_large,
    left_trace,
    legacy_let,
    license_missing,
    literal_version,
    main_program_missing,
    maintainers_missing,
    manual_inherit,
    manual_inherit_from,
    md_doc,
    meson_cmake,
    meta_description,
    meta_homepage,
    meta_with_lib,
    missing_patch_comment,
    missing_phase_hooks,
    name_and_version,
    nested_priority,
    nested_with,
    nix_env,
    no_flags_array,
    no_flags_spaces,
    not_a_boolean,
    not_a_function,
    not_a_string,
    open_mode,
    option_default_text,
    option_description,
    option_example,
    option_type,
    optional_nested_list,
    optional_string_in_list,
    optionals_without_list,
    or_as_name,
    patch_phase,
    path_without_slash,
    phases_list,
    pkgs_system,
    plain_password,
    python_build_system,
    python_explicit_check_phase,
    python_format,
    python_imports_check_typo,
    python_include_tests,
    python_inconsistent_interpreters,
    recursive_derivation,
    redundant_pattern_bind,
    removed_vendor_hash,
    repeated_keys,
    same_branches,
    secret_literal,
    secret_path,
    secret_read,
    secret_setting,
    self_binding,
    shadowed_builtin,
    single_merge,
    source_provenance_missing,
    source_root_name,
    ssh_root_login,
    stdenv_lib,
    stdenv_platform,
    substitute_replace,
    tab_indentation,
    to_file_context,
    todo_comment,
    top_level_with,
    types_attrs,
    types_string,
    types_unspecified,
    undefined_name,
    unexplained_skipped_tests,
    unknown_builtin,
    unknown_license,
    unknown_meta_attribute,
    unnecessary_parallel_building,
    unpinned_fetch,
    untracked_path,
    unused_argument,
    unused_argument_set,
    unused_formal,
    unused_let_binding,
    unused_module_argument,
    url_literal,
    useless_has_attr,
    useless_parens,
    useless_rec,
    useless_with,
    vendor_hash_missing,
    wrap_program_without_hook,
}

/// The name of the rule about the comments that allow findings.
pub(crate) const ALLOW_COMMENT: &str = "allow-comment";

/// Every rule, in the order of names.
#[must_use]
pub fn all() -> &'static [&'static Rule] {
    ALL
}

/// The rule of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.name == name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_documented() {
        let names: Vec<&str> = ALL.iter().map(|rule| rule.name).collect();
        assert!(names.is_sorted(), "{names:?}");
        for rule in ALL {
            let first = rule.explanation().lines().next().map(str::to_owned);
            let first = first.unwrap_or_default();
            assert!(
                first.ends_with('.') && first.len() <= 100,
                "{}: {first}",
                rule.name
            );
            assert!(
                rule.explanation().contains("```nix"),
                "{} shows no example",
                rule.name
            );
        }
    }
}
