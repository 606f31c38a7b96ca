package greet;

/** Greets whom the command line names. */
public final class Main {
    private Main() {}

    /** Prints the greeting of the one name given. */
    public static void main(String[] names) {
        if (names.length != 1) {
            System.err.println("usage: greet NAME");
            System.exit(1);
        }
        System.out.println(Greeting.to(names[0]));
    }
}
