//! Licences named by trove classifiers and by the loose names of a `License` field, as SPDX identifiers.

/// The SPDX identifier for a licence classifier (`License :: OSI Approved :: MIT License`).
///
/// One that names a version of a GNU licence and says neither "only" nor "or later" has the old identifier (`GPL-3.0`).
///
/// `None` for other classifiers, and for those that name no one licence: `BSD License` may be any of several.
#[must_use]
pub fn spdx(classifier: &str) -> Option<&'static str> {
    let rest = classifier.strip_prefix("License ::")?;
    let name = rest.rsplit("::").next()?.trim();
    CLASSIFIERS
        .iter()
        .find(|(text, _)| *text == name)
        .map(|(_, spdx)| *spdx)
}

/// Whether a classifier leaves open which licence of a family it means.
#[must_use]
pub fn is_family(classifier: &str) -> bool {
    [
        "BSD License",
        "Apache Software License",
        "GNU General Public License (GPL)",
    ]
    .iter()
    .any(|family| classifier.ends_with(family))
        && spdx(classifier).is_none()
}

/// The SPDX identifier for a name that people write into the `License` field (`MIT License`, `Apache 2.0`, `BSD-3`).
///
/// `None` for names that fit several licences (`BSD`, `GPL`) and for anything longer than a name.
#[must_use]
pub fn spdx_of_name(name: &str) -> Option<&'static str> {
    let mut key: String = name
        .to_lowercase()
        .chars()
        .filter(|one| one.is_ascii_alphanumeric() || matches!(one, '.' | '+'))
        .collect();
    for noise in [
        "license", "licence", "the", "version", "software", "clauses", "clause", "new",
    ] {
        key = key.replace(noise, "");
    }
    NAMES
        .iter()
        .find(|(text, _)| *text == key)
        .map(|(_, spdx)| *spdx)
}

const CLASSIFIERS: [(&str, &str); 40] = [
    ("Academic Free License (AFL)", "AFL-3.0"),
    ("Apache Software License", "Apache-2.0"),
    ("Artistic License", "Artistic-2.0"),
    ("Boost Software License 1.0 (BSL-1.0)", "BSL-1.0"),
    (
        "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication",
        "CC0-1.0",
    ),
    (
        "CEA CNRS Inria Logiciel Libre License, version 2.1 (CeCILL-2.1)",
        "CECILL-2.1",
    ),
    (
        "CeCILL-B Free Software License Agreement (CECILL-B)",
        "CECILL-B",
    ),
    (
        "CeCILL-C Free Software License Agreement (CECILL-C)",
        "CECILL-C",
    ),
    ("Eclipse Public License 1.0 (EPL-1.0)", "EPL-1.0"),
    ("Eclipse Public License 2.0 (EPL-2.0)", "EPL-2.0"),
    ("European Union Public Licence 1.1 (EUPL 1.1)", "EUPL-1.1"),
    ("European Union Public Licence 1.2 (EUPL 1.2)", "EUPL-1.2"),
    ("GNU Affero General Public License v3", "AGPL-3.0"),
    (
        "GNU Affero General Public License v3 or later (AGPLv3+)",
        "AGPL-3.0-or-later",
    ),
    ("GNU General Public License v2 (GPLv2)", "GPL-2.0"),
    (
        "GNU General Public License v2 or later (GPLv2+)",
        "GPL-2.0-or-later",
    ),
    ("GNU General Public License v3 (GPLv3)", "GPL-3.0"),
    (
        "GNU General Public License v3 or later (GPLv3+)",
        "GPL-3.0-or-later",
    ),
    ("GNU Lesser General Public License v2 (LGPLv2)", "LGPL-2.0"),
    (
        "GNU Lesser General Public License v2 or later (LGPLv2+)",
        "LGPL-2.0-or-later",
    ),
    ("GNU Lesser General Public License v3 (LGPLv3)", "LGPL-3.0"),
    (
        "GNU Lesser General Public License v3 or later (LGPLv3+)",
        "LGPL-3.0-or-later",
    ),
    ("Historical Permission Notice and Disclaimer (HPND)", "HPND"),
    ("ISC License (ISCL)", "ISC"),
    ("MIT License", "MIT"),
    ("MIT No Attribution License (MIT-0)", "MIT-0"),
    ("Mozilla Public License 1.1 (MPL 1.1)", "MPL-1.1"),
    ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
    (
        "Mulan Permissive Software License v2 (MulanPSL-2.0)",
        "MulanPSL-2.0",
    ),
    ("Open Software License 3.0 (OSL-3.0)", "OSL-3.0"),
    ("PostgreSQL License", "PostgreSQL"),
    ("Python Software Foundation License", "Python-2.0"),
    ("SIL Open Font License 1.1 (OFL-1.1)", "OFL-1.1"),
    ("The Unlicense (Unlicense)", "Unlicense"),
    ("Universal Permissive License (UPL)", "UPL-1.0"),
    ("University of Illinois/NCSA Open Source License", "NCSA"),
    ("W3C License", "W3C"),
    ("Zero-Clause BSD (0BSD)", "0BSD"),
    ("zlib/libpng License", "Zlib"),
    ("Zope Public License", "ZPL-2.1"),
];

const NAMES: [(&str, &str); 58] = [
    ("0bsd", "0BSD"),
    ("agpl3", "AGPL-3.0"),
    ("agpl3.0", "AGPL-3.0"),
    ("agplv3", "AGPL-3.0"),
    ("agplv3+", "AGPL-3.0-or-later"),
    ("apache", "Apache-2.0"),
    ("apache2", "Apache-2.0"),
    ("apache2.0", "Apache-2.0"),
    ("apachev2", "Apache-2.0"),
    ("apachev2.0", "Apache-2.0"),
    ("asl2", "Apache-2.0"),
    ("asl2.0", "Apache-2.0"),
    ("2bsd", "BSD-2-Clause"),
    ("bsd2", "BSD-2-Clause"),
    ("simplifiedbsd", "BSD-2-Clause"),
    ("3bsd", "BSD-3-Clause"),
    ("bsd3", "BSD-3-Clause"),
    ("modifiedbsd", "BSD-3-Clause"),
    ("revisedbsd", "BSD-3-Clause"),
    ("bsl1.0", "BSL-1.0"),
    ("boost1.0", "BSL-1.0"),
    ("cc0", "CC0-1.0"),
    ("cc01.0", "CC0-1.0"),
    ("epl2.0", "EPL-2.0"),
    ("gpl2", "GPL-2.0"),
    ("gplv2", "GPL-2.0"),
    ("gnugplv2", "GPL-2.0"),
    ("gpl2+", "GPL-2.0-or-later"),
    ("gplv2+", "GPL-2.0-or-later"),
    ("gpl2.0+", "GPL-2.0-or-later"),
    ("gpl3", "GPL-3.0"),
    ("gpl3.0", "GPL-3.0"),
    ("gplv3", "GPL-3.0"),
    ("gplv3.0", "GPL-3.0"),
    ("gnugplv3", "GPL-3.0"),
    ("gpl3+", "GPL-3.0-or-later"),
    ("gplv3+", "GPL-3.0-or-later"),
    ("gnugplv3+", "GPL-3.0-or-later"),
    ("gplv3orlater", "GPL-3.0-or-later"),
    ("hpnd", "HPND"),
    ("isc", "ISC"),
    ("lgplv2.1", "LGPL-2.1"),
    ("lgplv2.1+", "LGPL-2.1-or-later"),
    ("lgpl2.1+", "LGPL-2.1-or-later"),
    ("lgpl3", "LGPL-3.0"),
    ("lgplv3", "LGPL-3.0"),
    ("lgplv3+", "LGPL-3.0-or-later"),
    ("lgpl3+", "LGPL-3.0-or-later"),
    ("mit", "MIT"),
    ("expat", "MIT"),
    ("mitx11", "MIT"),
    ("mpl2", "MPL-2.0"),
    ("mpl2.0", "MPL-2.0"),
    ("mplv2.0", "MPL-2.0"),
    ("mozillapublic2.0", "MPL-2.0"),
    ("psf", "Python-2.0"),
    ("un", "Unlicense"),
    ("zpl2.1", "ZPL-2.1"),
];

#[cfg(test)]
mod tests {
    use super::{CLASSIFIERS, NAMES, spdx, spdx_of_name};

    #[test]
    fn names_and_classifiers() {
        assert_eq!(spdx("License :: OSI Approved :: MIT License"), Some("MIT"));
        assert_eq!(
            spdx("License :: CC0 1.0 Universal (CC0 1.0) Public Domain Dedication"),
            Some("CC0-1.0")
        );
        assert_eq!(spdx("License :: OSI Approved :: BSD License"), None);
        assert_eq!(spdx("Topic :: MIT License"), None);
        for (name, expected) in [
            ("MIT License", Some("MIT")),
            ("The MIT License", Some("MIT")),
            ("Apache License, Version 2.0", Some("Apache-2.0")),
            ("BSD 3-Clause", Some("BSD-3-Clause")),
            ("New BSD", None),
            ("BSD (3 clauses)", Some("BSD-3-Clause")),
            ("BSD", None),
            ("GPLv3+", Some("GPL-3.0-or-later")),
            ("Unlicense", Some("Unlicense")),
        ] {
            assert_eq!(spdx_of_name(name), expected, "{name}");
        }
    }

    #[test]
    fn every_identifier_is_spdx() {
        for (_, identifier) in CLASSIFIERS.iter().chain(&NAMES) {
            assert!(::spdx::license_id(identifier).is_some(), "{identifier}");
        }
    }
}
