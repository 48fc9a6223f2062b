namespace Bootstrap.Planning;

/// <summary>The lines that two texts do not have in common, marked + and -, with the order kept (longest common subsequence).</summary>
public static class LineDifference
{
    public static IEnumerable<string> Between(string before, string after)
    {
        var old = before.Split('\n');
        var current = after.Split('\n');
        var common = new int[old.Length + 1, current.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = current.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == current[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        for (int i = 0, j = 0; i < old.Length || j < current.Length;)
        {
            if (i < old.Length && j < current.Length && old[i] == current[j])
            {
                i++;
                j++;
            }
            else if (j == current.Length || (i < old.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                yield return "- " + old[i++];
            }
            else
            {
                yield return "+ " + current[j++];
            }
        }
    }
}
