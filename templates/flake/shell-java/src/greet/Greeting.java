package greet;

/** What is said to someone. */
public final class Greeting {
    private Greeting() {}

    /** What is said to someone of this name. */
    public static String to(String name) {
        return "Hello, " + name + "!";
    }
}
