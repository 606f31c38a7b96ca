<?php

declare(strict_types=1);

require_once __DIR__ . '/../src/Greeting.php';

assert(ini_get('zend.assertions') === '1');
assert(Greet\Greeting::to('Ada') === 'Hello, Ada!');
