//! `lippen`: parses arguments, runs, prints what went wrong, sets the exit code.

fn main() -> std::process::ExitCode {
    lippen::cli::main()
}
