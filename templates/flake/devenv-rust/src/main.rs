use std::process::ExitCode;

/// What is said to someone of this name.
fn greeting(name: &str) -> String {
    format!("Hello, {name}!")
}

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let [name] = names.as_slice() else {
        eprintln!("usage: greet NAME");
        return ExitCode::FAILURE;
    };
    println!("{}", greeting(name));
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::greeting;

    #[test]
    fn greets_by_name() {
        assert_eq!(greeting("Ada"), "Hello, Ada!");
    }
}
