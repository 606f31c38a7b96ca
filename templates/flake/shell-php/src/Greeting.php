<?php

declare(strict_types=1);

namespace Greet;

final class Greeting
{
    /** What is said to someone of this name. */
    public static function to(string $name): string
    {
        return "Hello, {$name}!";
    }
}
