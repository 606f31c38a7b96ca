package greet;

/** Run with assertions enabled. */
public final class GreetingTest {
    public static void main(String[] arguments) {
        assert Greeting.to("Ada").equals("Hello, Ada!") : Greeting.to("Ada");
    }
}
