int plugin_answer(int (*ask)(void))
{
    return ask() * 2;
}
