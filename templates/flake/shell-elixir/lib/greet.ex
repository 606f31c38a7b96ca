defmodule Greet do
  @moduledoc "Greets whom the command line names."

  @doc "What is said to someone of this name."
  def greeting(name), do: "Hello, #{name}!"

  @doc "The program: prints the greeting of the one name given."
  def main([name]), do: IO.puts(greeting(name))

  def main(_names) do
    IO.puts(:stderr, "usage: greet NAME")
    System.halt(1)
  end
end
