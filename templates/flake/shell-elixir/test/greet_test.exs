defmodule GreetTest do
  use ExUnit.Case, async: true

  test "greets by name" do
    assert Greet.greeting("Ada") == "Hello, Ada!"
  end
end
