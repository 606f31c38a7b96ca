defmodule Greet.MixProject do
  use Mix.Project

  def project do
    [
      app: :greet,
      version: "0.1.0",
      elixir: "~> 1.17",
      escript: [main_module: Greet],
      deps: []
    ]
  end
end
